// Search in the index that newsgen writes for one language, in files for each period: docs/search.md.
// All words and addresses come from the page's data; nothing is asked of another site.

const FORMAT = 2;
const NAME = 8; // characters of the name of a file, without its suffix
const PAGE = 10; // results at a time
const LEVELS = 8;
const OTHER_FORM = 0.75; // what another form of a word counts, beside the word itself
const BEGINNING = 0.5;
const EXCERPT = 240; // characters

// ---- words: the same rules as src/newsgen/search_words.py
const LETTERS = {
  œ: "oe", æ: "ae", ß: "ss", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ", "\u0640": "",
};
const LETTER = /[œæßøłđðþıς\u0640]/g;
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670]+/g;
const RUN = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3ffff}]+/gu;
const INITIALS = /(?<![\p{L}\p{N}])\p{L}(?:[.&]\p{L})+(?![\p{L}\p{N}])/gu; // O.N.U., R&D: letters that are one word
const RUN_OR_INITIALS = new RegExp(`${INITIALS.source}|${RUN.source}`, "gu");
// "al-" of Arabic, and the particles that may stand before it.
const ARTICLE = /^(?:[\u0648\u0641]?[\u0628\u0643]?\u0627\u0644|[\u0648\u0641]?\u0644\u0644)(?=.{3})/u;

export function fold(text) {
  const bare = text.normalize("NFKD").toLowerCase().replace(MARKS, "");
  return bare.replace(LETTER, (letter) => LETTERS[letter]).normalize("NFC");
}

function partsOf(run) {
  const found = [];
  let end = 0;
  const put = (part) => {
    const word = part.replace(ARTICLE, "");
    if (word) found.push(word);
  };
  for (const match of run.matchAll(UNSPACED)) {
    put(run.slice(end, match.index));
    const characters = Array.from(match[0]);
    characters.forEach((_, n) => found.push(characters.slice(n, n + 2).join("")));
    end = match.index + match[0].length;
  }
  put(run.slice(end));
  return found.filter((word) => Array.from(word).length > 1 || !/^[\0-\x7f]$/.test(word) || /^[0-9]$/.test(word));
}

const joined = (text) => text.replace(INITIALS, (letters) => letters.replace(/[.&]/g, ""));

export function wordsOf(text) {
  const found = [];
  for (const match of joined(fold(text)).matchAll(RUN)) found.push(...partsOf(match[0]));
  return [...new Set(found)];
}

// The words of a query: the last character of a run by itself says nothing that the pair before it does not say.
function wordsOfQuery(text) {
  const found = wordsOf(text);
  return found.filter((word) => !isSingle(word) || !found.some((other) => other !== word && other.endsWith(word)));
}

// One character of a script without spaces: it stands at the end of a run, or begins a pair.
const isSingle = (word) => Array.from(word).length === 1 && new RegExp(UNSPACED.source, "u").test(word);

// Endings that make another form of the same word in languages of the Latin script: plural, feminine, cases.
const ENDINGS = ["e", "s", "es", "x", "n", "en"];
const COMMON = ["", "e", "s", "es"];
const PAIRS = [["y", "ies"], ["ies", "y"], ["al", "aux"], ["aux", "al"]];

// The word and its other forms. A form that is no word is in no index, and costs nothing.
export function formsOf(word) {
  const forms = new Set([word]);
  if (word.length < 4 || /[0-9]/.test(word)) return forms;
  for (const ending of ENDINGS) {
    if (ending !== "x" || word.endsWith("u")) forms.add(word + ending);
    const stem = word.slice(0, -ending.length);
    if (word.endsWith(ending) && stem.length > 2 && (ending !== "x" || stem.endsWith("u"))) {
      for (const other of COMMON) forms.add(stem + other);
    }
  }
  for (const [one, other] of PAIRS) {
    if (word.endsWith(one)) forms.add(word.slice(0, -one.length) + other);
  }
  return forms;
}

// ---- the files of the index
const HALF = 46;

export function numbers(text) {
  const found = [];
  let number = 0;
  let unit = 1;
  for (let n = 0; n < text.length; n += 1) {
    const code = text.charCodeAt(n);
    const digit = code - 0x21 - (code > 0x22 ? 1 : 0) - (code > 0x5c ? 1 : 0);
    if (digit < HALF) {
      found.push(number + digit * unit);
      number = 0;
      unit = 1;
    } else {
      number += (digit - HALF) * unit;
      unit *= HALF;
    }
  }
  return found;
}

class StaleError extends Error {}

async function loaded(url, options = {}) {
  const answer = await fetch(url, options);
  if (answer.status === 404) throw new StaleError(url);
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer;
}

// A page that says "log in first" or "not found" with a status of success is no file of words.
async function wordsIn(answer) {
  const text = await answer.text();
  const isPage = /html/.test(answer.headers.get("content-type"));
  if (isPage || !/^[^\s<]+ [!-~]+\n/.test(text) || !text.endsWith("\n")) throw new Error(`no words: ${answer.url}`);
  return text;
}

class Period {
  constructor(key, url) {
    this.key = key;
    this.url = url;
    this.forget();
  }

  // Another build may have replaced what was read of the index.
  forget() {
    this.head = null;
    this.files = new Map();
  }

  open() {
    // The period's own file may have changed since it was read last; the others never change. Without a network, what
    // the browser has kept will do.
    this.head ??= loaded(this.url, { cache: "no-cache" })
      .catch((fault) => {
        if (fault instanceof TypeError) return loaded(this.url, { cache: "force-cache" });
        throw fault;
      })
      .then((answer) => answer.json())
      .then((head) => {
        if (head.format !== FORMAT) throw new StaleError(this.url);
        return { ...head, of: numbers(head.of) };
      })
      .catch((fault) => {
        this.head = null;
        throw fault;
      });
    return this.head;
  }

  // The n-th of the files that `names` names.
  file(names, n, suffix) {
    const url = `${this.url.replace(/\.json$/, "")}/${names.slice(NAME * n, NAME * (n + 1))}${suffix}`;
    if (!this.files.has(url)) {
      const file = loaded(url).then((answer) => (suffix === ".json" ? answer.json() : wordsIn(answer)));
      file.catch(() => this.files.delete(url));
      this.files.set(url, file);
    }
    return this.files.get(url);
  }

  // Word to its places, of those words that there are.
  async placesOf(words, beginning) {
    const head = await this.open();
    const last = (word) => {
      let low = 0;
      let high = head.first.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (head.first[middle] <= word) low = middle + 1;
        else high = middle;
      }
      return Math.max(0, low - 1);
    };
    const wanted = new Set(Array.from(words, last));
    if (beginning) {
      const end = Math.min(last(`${beginning}\uffff`), last(beginning) + 7);
      for (let n = last(beginning); n <= end; n += 1) wanted.add(n);
    }
    const found = new Map();
    if (!head.first.length) return found;
    const texts = await Promise.all([...wanted].map((n) => this.file(head.words, n, ".txt")));
    for (const line of texts.join("").split("\n")) {
      const [word, places] = line.split(" ");
      if (places && (words.has(word) || (beginning && word.startsWith(beginning)))) found.set(word, places);
    }
    return found;
  }

  async story(place) {
    const head = await this.open();
    const stories = await this.file(head.stories, Math.floor(place / head.each), ".json");
    const [url, title, date, kicker] = stories[place % head.each];
    return { url, title, date, kicker, categories: head.categories[head.of[place]] };
  }
}

// ---- one query
class Term {
  constructor(word) {
    this.word = word;
    this.forms = formsOf(word);
    this.beginning = isSingle(word) ? word : "";
    this.found = new Set(); // the words that matched
    this.articles = 0;
    this.scores = []; // by period: article to the best score of a form
  }

  async look(periods) {
    this.articles = 0;
    this.scores = await Promise.all(periods.map(async (period) => {
      const best = new Map();
      for (const [word, text] of await period.placesOf(this.forms, this.beginning)) {
        if (!isSingle(this.word)) this.found.add(word);
        const weight = word === this.word ? 1 : this.forms.has(word) ? OTHER_FORM : BEGINNING;
        let before = -LEVELS;
        for (const step of numbers(text)) {
          const value = step + before + LEVELS;
          const level = value % LEVELS;
          before = value - level;
          const score = ((level + 0.5) / LEVELS) * weight;
          const place = before / LEVELS;
          if (score > (best.get(place) ?? 0)) best.set(place, score);
        }
      }
      return best;
    }));
    for (const best of this.scores) this.articles += best.size;
  }
}

// Every article that has all words, best first: {hits: [{period, place, score}], words: word to its term's number}.
export async function search(periods, query) {
  const terms = wordsOfQuery(query.q).map((word) => new Term(word));
  const heads = await Promise.all(periods.map((period) => period.open()));
  const total = heads.reduce((sum, head) => sum + head.articles, 0);
  await Promise.all(terms.map((term) => term.look(periods)));
  const missing = terms.filter((term) => !term.articles && (term.word.length > 2 || !/^[\0-\x7f]*$/.test(term.word)));
  await Promise.all(missing.map((term) => {
    term.beginning = term.word;
    return term.look(periods);
  }));
  const hits = [];
  const [first, ...others] = [...terms].sort((a, b) => a.articles - b.articles);
  const rarity = (term) => Math.log(1 + (total - term.articles + 0.5) / (term.articles + 0.5));
  for (let n = 0; first && n < periods.length; n += 1) {
    for (const place of first.scores[n].keys()) {
      if (!others.every((term) => term.scores[n].has(place))) continue;
      if (query.section && !heads[n].categories[heads[n].of[place]].includes(query.section)) continue;
      const score = terms.reduce((sum, term) => sum + term.scores[n].get(place) * rarity(term), 0);
      hits.push({ period: periods[n], place, score });
    }
  }
  const newest = (a, b) => (a.period.key < b.period.key) - (a.period.key > b.period.key) || b.place - a.place;
  const orders = {
    relevance: (a, b) => b.score - a.score || newest(a, b), newest, oldest: (a, b) => newest(b, a),
  };
  hits.sort(orders[query.sort] ?? orders.relevance);
  return { hits, words: new Map(terms.flatMap((term, n) => [term.word, ...term.found].map((word) => [word, n]))) };
}

// ---- what is shown of a text: which of its characters belong to a word that was looked for
export function marked(text, words) {
  const spans = [];
  for (const match of text.matchAll(RUN_OR_INITIALS)) {
    const run = match[0];
    const whole = partsOf(joined(fold(run)));
    if (whole.length === 1 ? words.has(whole[0]) : !UNSPACED.test(run) && whole.some((word) => words.has(word))) {
      spans.push([match.index, match.index + run.length]);
    } else if (whole.length > 1) {
      const at = [];
      let place = match.index;
      for (const character of run) {
        at.push([character, place]);
        place += character.length;
      }
      for (let n = 0; n < at.length; n += 1) {
        const [character, start] = at[n];
        if (words.has(fold(character))) spans.push([start, start + character.length]);
        if (n + 1 < at.length && words.has(fold(character + at[n + 1][0]))) {
          spans.push([start, at[n + 1][1] + at[n + 1][0].length]);
        }
      }
    }
    UNSPACED.lastIndex = 0;
  }
  const whole = [];
  for (const [start, end] of spans) {
    const before = whole[whole.length - 1];
    if (before && start <= before[1]) before[1] = Math.max(before[1], end);
    else whole.push([start, end]);
  }
  return whole;
}

// The text of an article is as its editor typed it; readers see it with the quotation marks of its language.
export function typeset(text, lang) {
  const [open, close] = lang.startsWith("fr") ? ["«\u00a0", "\u00a0»"] : ["“", "”"];
  let typed = text.replace(/([\p{L}\p{N}])'(?=[\p{L}\p{N}])/gu, "$1’").replace(/"([^"]+)"/g, `${open}$1${close}`);
  if (lang.startsWith("fr")) {
    typed = typed.replace(/« /g, "«\u00a0").replace(/ ([»:%€])/g, "\u00a0$1").replace(/ ([;!?])/g, "\u202f$1");
  }
  return typed;
}

export function excerptOf(text, words) {
  const spans = marked(text, words);
  let best = 0;
  let most = 0;
  spans.forEach(([start], n) => {
    const near = spans.slice(n).filter(([, end]) => end < start + EXCERPT - 60);
    const inside = new Set(near.flatMap(([from, to]) => partsOf(fold(text.slice(from, to))).map((word) => words.get(word))));
    if (inside.size > most) {
      most = inside.size;
      best = Math.max(0, start - 60);
    }
  });
  let start = best;
  if (start) {
    const space = text.indexOf(" ", start);
    if (space >= 0 && space < start + 30) start = space + 1;
  }
  let end = start + EXCERPT;
  if (end >= text.length) {
    end = text.length;
  } else {
    const space = text.lastIndexOf(" ", end);
    if (space > start + EXCERPT / 2) end = space;
  }
  return (start ? "… " : "") + text.slice(start, end).trim() + (end < text.length ? " …" : "");
}

function putMarked(element, text, words) {
  let end = 0;
  for (const [from, to] of marked(text, words)) {
    element.append(text.slice(end, from));
    const mark = document.createElement("mark");
    mark.textContent = text.slice(from, to);
    element.append(mark);
    end = to;
  }
  element.append(text.slice(end));
}

// ---- the page
class Page {
  constructor(form, data) {
    this.form = form;
    this.data = data;
    this.field = form.elements.namedItem("q");
    this.status = document.getElementById("SearchStatus");
    this.list = document.getElementById("SearchResults");
    this.more = document.getElementById("SearchMore");
    this.browse = document.querySelector(".search-browse") ?? document.createElement("div");
    this.periods = data.periods.map(([key, url]) => new Period(key, url));
    this.number = 0; // of the query that was asked last: the answer of an earlier one comes too late
    this.day = new Intl.DateTimeFormat(data.lang, { dateStyle: "long", timeZone: "UTC" });
    this.count = new Intl.NumberFormat(data.lang);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    form.addEventListener("change", (event) => {
      if (event.target !== this.field && this.field.value.trim()) this.ask();
    });
    form.addEventListener("keydown", (event) => this.step(event));
    this.list.addEventListener("keydown", (event) => this.step(event));
    this.more.addEventListener("click", () => this.showMore());
    window.addEventListener("popstate", () => this.restore());
    form.hidden = false;
    this.restore();
  }

  // ---- the query and its address
  names() {
    return ["q", "section", "from", "to", "sort"];
  }

  query() {
    return Object.fromEntries(this.names().map((name) => [name, this.form.elements.namedItem(name)?.value.trim() ?? ""]));
  }

  ask() {
    const query = this.query();
    const said = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
    const address = said.size ? `?${said}` : location.pathname;
    if (address !== location.search) history.pushState({ shown: PAGE }, "", address);
    this.run(query, PAGE);
  }

  restore() {
    const said = new URLSearchParams(location.search);
    for (const name of this.names()) {
      const control = this.form.elements.namedItem(name);
      control.value = said.get(name) ?? "";
      if (control.selectedIndex === -1) control.value = "";
    }
    this.run(this.query(), history.state?.shown ?? PAGE);
  }

  async run(query, shown) {
    this.number += 1;
    const mine = this.number;
    this.list.replaceChildren();
    this.more.hidden = true;
    this.failed?.remove();
    document.title = query.q ? `${query.q} – ${this.data.title}` : this.data.title;
    // What leads to the archive would only be pushed down by results; it comes back where there are none.
    this.browse.classList.add("is-there");
    this.browse.hidden = Boolean(query.q);
    if (!query.q) {
      this.status.textContent = "";
      return;
    }
    this.status.textContent = this.data.words.loading;
    try {
      await this.answer(query, shown, mine);
    } catch (fault) {
      if (mine !== this.number) return;
      console.warn(fault);
      this.fail(query, shown);
    }
  }

  async answer(query, shown, mine) {
    const swaps = query.from && query.to && query.from > query.to;
    const [from, last] = swaps ? [query.to, query.from] : [query.from, query.to];
    const to = last && `${last}\uffff`;
    const periods = this.periods.filter(({ key }) => (!from || key >= from) && (!to || key <= to));
    for (const attempt of [1, 2]) {
      try {
        const { hits, words } = await search(periods, query);
        if (mine !== this.number) return;
        this.hits = hits;
        this.words = words;
        await this.show(0, shown, mine);
        return;
      } catch (fault) {
        if (!(fault instanceof StaleError) || attempt === 2) throw fault;
        for (const period of periods) period.forget();
      }
    }
  }

  fail(query, shown) {
    this.browse.hidden = false;
    this.status.textContent = this.data.words.failed;
    this.failed = document.createElement("button");
    this.failed.type = "button";
    this.failed.textContent = this.data.words.retry;
    this.failed.addEventListener("click", () => {
      this.field.focus();
      for (const period of this.periods) period.forget();
      this.run(query, shown);
    });
    this.status.after(this.failed);
  }

  // ---- results
  async show(from, to, mine) {
    const items = await Promise.all(this.hits.slice(from, to).map((hit) => this.item(hit)));
    if (mine !== this.number) return null;
    this.list.append(...items);
    const { words } = this.data;
    const number = this.count.format(this.hits.length);
    const found = this.hits.length === 1 ? words.foundOne : words.found;
    this.status.textContent = this.hits.length ? found.replace("{count}", number) : words.none;
    this.browse.hidden = this.hits.length > 0;
    this.more.hidden = this.list.children.length >= this.hits.length;
    return items[0];
  }

  async item({ period, place }) {
    const story = await period.story(place);
    const text = await this.text(story.url);
    const item = document.createElement("li");
    const title = document.createElement("h2");
    const link = document.createElement("a");
    link.href = story.url;
    putMarked(link, story.title, this.words);
    title.append(link);
    if (story.kicker) {
      const kicker = document.createElement("p");
      kicker.className = "kicker";
      putMarked(kicker, story.kicker, this.words);
      item.append(kicker);
    }
    item.append(title);
    if (text) {
      const excerpt = document.createElement("p");
      excerpt.className = "search-excerpt";
      putMarked(excerpt, excerptOf(text, this.words), this.words);
      item.append(excerpt);
    }
    const facts = document.createElement("p");
    facts.className = "search-facts";
    const time = document.createElement("time");
    time.dateTime = story.date;
    time.textContent = this.day.format(new Date(`${story.date.slice(0, 10)}T00:00:00Z`));
    facts.append(time);
    const sections = story.categories.map((id) => this.data.sections[id]).filter(Boolean);
    if (sections.length) {
      const section = document.createElement("span");
      section.className = "search-section";
      section.textContent = sections[0];
      facts.append(" · ", section);
    }
    item.append(facts);
    return item;
  }

  // The text of an article stands in the file beside it, for programs (docs/publishing.md); a theme may leave it out.
  async text(url) {
    try {
      const article = await (await loaded(`${url}index.json`)).json();
      const whole = [article.lead, article.text].filter(Boolean).join("\n\n");
      // Items of a list and rows of a table are lines of their own there.
      return typeset(whole.replace(/([^\n.,;:!?…])\n(?!\n)/g, "$1 · ").replace(/\s+/g, " "), this.data.lang);
    } catch {
      return "";
    }
  }

  async showMore() {
    const from = this.list.children.length;
    this.more.disabled = true;
    try {
      const first = await this.show(from, from + PAGE, this.number);
      first?.querySelector("a").focus();
      history.replaceState({ shown: from + PAGE }, "");
    } catch (fault) {
      console.warn(fault);
      this.status.textContent = this.data.words.failed;
    } finally {
      this.more.disabled = false;
    }
  }

  // ---- keys: the arrows go from the field to the results and back
  step(event) {
    const links = [...this.list.querySelectorAll("h2 a")];
    const place = links.indexOf(document.activeElement);
    if (event.key === "Escape" && place >= 0) {
      this.field.focus();
    } else if (event.key === "ArrowDown" && (place >= 0 || event.target === this.field)) {
      if (place + 1 >= links.length) return;
      event.preventDefault();
      links[place + 1].focus();
    } else if (event.key === "ArrowUp" && place >= 0) {
      event.preventDefault();
      (links[place - 1] ?? this.field).focus();
    }
  }
}

if (typeof document !== "undefined") {
  const form = document.getElementById("Search");
  if (form) new Page(form, JSON.parse(document.getElementById("SearchData").textContent));
}
