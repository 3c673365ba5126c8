"""Pictures: what is in a file, which resized variants there are of it, and the bytes of both without private metadata.

`look` reads a file once for each content hash; `variants` tells from that, without the file, which variants there are;
`published` and `Workshop` make the bytes in the render workers; `Cache` keeps what took long.
Modules that load Pillow are imported where there is a picture: an archive without any does not wait for it.
"""

from newsgen.pictures.sizes import Variant, has_variants, read_operation, variant_hash, variants
from newsgen.pictures.sniff import kind_of

__all__ = ["Variant", "has_variants", "kind_of", "read_operation", "variant_hash", "variants"]
