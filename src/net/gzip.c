#include "gzip.h"

#include <zlib.h>

#include "odus/base/mem.h"

enum { CHUNK = 16 * 1024, GZIP_FORMAT = 16 };

void gzip_pack(struct view plain, struct buf *out)
{
    z_stream z = {0};
    unsigned char chunk[CHUNK];
    int r;

    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + GZIP_FORMAT, 8,
                Z_DEFAULT_STRATEGY) != Z_OK)
        mem_panic("out of memory");
    do {
        if (z.avail_in == 0 && plain.n) {
            size_t n = plain.n < CHUNK ? plain.n : CHUNK;

            z.next_in = (z_const Bytef *)plain.p;
            z.avail_in = (uInt)n;
            plain = (struct view){plain.p + n, plain.n - n};
        }
        z.next_out = chunk;
        z.avail_out = CHUNK;
        r = deflate(&z, plain.n ? Z_NO_FLUSH : Z_FINISH);
        buf_add(out, chunk, CHUNK - z.avail_out);
    } while (r != Z_STREAM_END);
    deflateEnd(&z);
}
