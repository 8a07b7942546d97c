#include "gzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "odus/base/mem.h"

enum { WITH_GZIP_HEAD = 16 + MAX_WBITS, CHUNK = 16 * 1024, LEVEL = 6, MEMORY = 8 };

struct gz {
    z_stream z;
};

/* zlib's types lack const. */
static void set_input(z_stream *z, struct view v)
{
    z->next_in = (Bytef *)v.p;
    z->avail_in = (uInt)v.n;
}

/* One chunk: 1 go on, 0 the end, or an error. */
static int unpack_some(z_stream *z, struct buf *out, struct err *err)
{
    unsigned char chunk[CHUNK];
    int rc;

    z->next_out = chunk;
    z->avail_out = sizeof(chunk);
    rc = inflate(z, Z_NO_FLUSH);
    if (rc != Z_OK && rc != Z_STREAM_END)
        return err_set(err, ERR_INVALID, N_("the gzip body is broken"));
    buf_add(out, chunk, sizeof(chunk) - z->avail_out);
    if (out->full)
        return err_set(err, ERR_LIMIT, N_("the body is too large"));
    return rc != Z_STREAM_END;
}

int gz_unpack(struct view src, struct buf *out, struct err *err)
{
    z_stream z = {0};
    int rc;

    if (inflateInit2(&z, WITH_GZIP_HEAD) != Z_OK)
        mem_panic("no memory to unpack");
    set_input(&z, src);
    do
        rc = unpack_some(&z, out, err);
    while (rc == 1);
    if (rc == 0 && z.avail_in)
        rc = err_set(err, ERR_INVALID, N_("the gzip body is broken"));
    inflateEnd(&z);
    return rc;
}

struct gz *gz_new(void)
{
    struct gz *gzip = xcalloc(1, sizeof(*gzip));

    if (deflateInit2(&gzip->z, LEVEL, Z_DEFLATED, WITH_GZIP_HEAD, MEMORY,
                Z_DEFAULT_STRATEGY) != Z_OK)
        mem_panic("no memory to pack");
    return gzip;
}

void gz_free(struct gz *gzip)
{
    if (gzip)
        deflateEnd(&gzip->z);
    free(gzip);
}

void gz_pack(struct gz *gzip, struct view piece, enum gz_flush flush, struct buf *out)
{
    static const int flags[] = {Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FINISH};
    unsigned char chunk[CHUNK];

    set_input(&gzip->z, piece);
    do {
        gzip->z.next_out = chunk;
        gzip->z.avail_out = sizeof(chunk);
        deflate(&gzip->z, flags[flush]);
        buf_add(out, chunk, sizeof(chunk) - gzip->z.avail_out);
    } while (gzip->z.avail_out == 0);
}
