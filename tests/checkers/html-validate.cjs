// What html-validate is asked to look at on every page of the sample archive (tests/test_checkers.py).
// A rule that is weaker here than in the presets says why.
module.exports = {
  root: true,
  extends: ["html-validate:recommended", "html-validate:document", "html-validate:a11y", "html-validate:browser"],
  rules: {
    // Integrity hashes guard against other hosts; newsgen's pages ask no other host for anything.
    "require-sri": ["error", { target: "crossorigin" }],
    // HTML allows every character but white space; Markdown's footnotes have ids such as `fnref:1`, which readers
    // have linked to.
    "valid-id": ["error", { relaxed: true }],
    // An article's title is its headline, which its editors wrote; the site's name is added only where it fits.
    "long-title": ["error", { maxlength: 110 }],
  },
};
