#include "qr.h"

#include <qrencode.h>

struct json *qr_rows(const char *text)
{
    struct json *rows = json_new_array();
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
    struct buf row;

    if (!code)
        return rows;
    buf_init(&row, 0);
    for (int y = 0; y < code->width; y++) {
        buf_clear(&row);
        for (int x = 0; x < code->width; x++)
            buf_addc(&row, code->data[y * code->width + x] & 1 ? '1' : '0');
        json_push_take(rows, json_text(buf_view(&row)));
    }
    buf_release(&row);
    QRcode_free(code);
    return rows;
}
