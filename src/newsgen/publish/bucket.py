"""The few acts on an S3-compatible store that a publication is made of, through obstore."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from newsgen.nouns.diagnostics import NewsgenError

if TYPE_CHECKING:
    from obstore.store import S3Store

#: Requests that are under way at once.
_AT_ONCE = 16
#: Keys of one request to delete, as S3 allows.
_OF_ONE_REQUEST = 1000


class Stored(msgspec.Struct, frozen=True):
    """An object, and the mark by which it is known not to have changed."""

    data: bytes
    mark: str  # its ETag


class Upload(msgspec.Struct, frozen=True):
    """An object to be written: its bytes are read when its turn comes. Attributes: headers that readers get."""

    key: str
    read: Callable[[], bytes]
    attributes: dict[str, str]


class ConditionError(Exception):
    """What was to be there, or not to be there, was another one: somebody else was faster."""


class Bucket:
    """A bucket, or what lies in it below a prefix. Every method raises NewsgenError where the store refuses."""

    def __init__(self, store: S3Store, *, name: str) -> None:
        self.store, self.name = store, name

    @classmethod
    def of(cls, bucket: str, prefix: str, *, name: str, endpoint: str = "", region: str = "") -> Bucket:
        """Keys and secrets come from the environment (AWS_ACCESS_KEY_ID and so on), as all tools of S3 have it."""
        try:
            from obstore.store import S3Store
        except ImportError:
            words = "to publish to S3, install `newsgen[s3]`: it brings obstore"
            raise NewsgenError(words) from None
        options: dict[str, Any] = {}
        if endpoint:
            options["endpoint"] = endpoint
        if region:
            options["region"] = region
        if endpoint.startswith("http://"):  # of a store on this machine or in this building; else nothing goes out open
            options["client_options"] = {"allow_http": True}
        try:
            return cls(S3Store(bucket, prefix=prefix or None, **options), name=name)
        except Exception as fault:
            raise NewsgenError(f"{name} cannot be used: {_first_line(fault)}") from fault

    # ---- one object
    def read(self, key: str) -> Stored | None:
        import obstore

        try:
            answer = obstore.get(self.store, key)
            return Stored(bytes(answer.bytes()), answer.meta["e_tag"] or "")
        except FileNotFoundError:
            return None
        except Exception as fault:
            raise self._refused("read", key, fault) from fault

    def write(self, key: str, data: bytes, *, attributes: dict[str, str] | None = None) -> None:
        self._put(key, data, "overwrite", attributes)

    def create(self, key: str, data: bytes) -> str:
        """Its mark. Raises: ConditionError if there is one."""
        return self._put(key, data, "create", None)

    def replace(self, key: str, data: bytes, *, mark: str) -> str:
        """Its mark. Raises: ConditionError if what is there is not what bore the other mark."""
        return self._put(key, data, {"e_tag": mark}, None)

    def _put(self, key: str, data: bytes, mode: Any, attributes: dict[str, str] | None) -> str:
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        try:
            put = obstore.put(self.store, key, data, mode=mode, attributes=attributes, use_multipart=False)
            return put["e_tag"] or ""
        except (AlreadyExistsError, PreconditionError) as fault:
            raise ConditionError(key) from fault
        except FileNotFoundError as fault:
            if mode not in ("overwrite", "create"):
                raise ConditionError(key) from fault
            raise self._refused("write", key, fault) from fault
        except Exception as fault:
            raise self._refused("write", key, fault) from fault

    def changed_at(self, key: str) -> datetime | None:
        """When an object was written, by the store's clock."""
        import obstore

        try:
            return obstore.head(self.store, key)["last_modified"]
        except FileNotFoundError:
            return None
        except Exception as fault:
            raise self._refused("read", key, fault) from fault

    # ---- many
    def listed(self, prefix: str = "") -> Iterable[str]:
        """The keys below a prefix, some at a time."""
        import obstore

        try:
            for part in obstore.list(self.store, prefix or None, chunk_size=100):
                yield from (one["path"] for one in part)
        except Exception as fault:
            raise self._refused("list", prefix, fault) from fault

    def write_all(self, uploads: list[Upload], done: Callable[[int], None]) -> None:
        """Writes objects, some at once, and waits for all of them; `done` is told how many there are."""
        import obstore

        async def write() -> None:
            free, count = asyncio.Semaphore(_AT_ONCE), 0

            async def one(upload: Upload) -> None:
                nonlocal count
                async with free:
                    data = upload.read()
                    put = obstore.put_async(
                        self.store,
                        upload.key,
                        data,
                        attributes=upload.attributes,
                        use_multipart=False,
                    )
                    try:
                        await put
                    except Exception as fault:
                        raise self._refused("write", upload.key, fault) from fault
                    count += 1
                    done(count)

            await asyncio.gather(*map(one, uploads))

        asyncio.run(write())

    def delete_all(self, keys: list[str]) -> None:
        """Objects that are gone already are gone."""
        import obstore

        for start in range(0, len(keys), _OF_ONE_REQUEST):
            part = keys[start : start + _OF_ONE_REQUEST]
            try:
                obstore.delete(self.store, part)
            except FileNotFoundError:
                for key in part:
                    self._delete(key)
            except Exception as fault:
                raise self._refused("delete", part[0], fault) from fault

    def _delete(self, key: str) -> None:
        import contextlib

        import obstore

        with contextlib.suppress(FileNotFoundError):
            obstore.delete(self.store, key)

    def _refused(self, what: str, key: str, fault: Exception) -> NewsgenError:
        if isinstance(fault, NewsgenError):
            return fault
        if "169.254.169.254" in str(fault):  # where machines of Amazon's are given the keys of their role
            words = "there are no keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"
            return NewsgenError(f"{self.name}: {words}")
        return NewsgenError(f"{self.name}: to {what} `{key}` did not succeed: {_first_line(fault)}")


def _first_line(fault: Exception) -> str:
    """Without what follows in obstore's messages: the whole of it is a tree of causes."""
    return str(fault).strip().split("\n", 1)[0][:300]
