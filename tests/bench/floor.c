/*
 * The least that a program with a screen and a database can do: open the one, ask the
 * other one thing, show it, then show what is typed. Time and memory below this are not
 * to be had.
 */
#include <curses.h>
#include <locale.h>
#include <sqlite3.h>

static int show_rows(sqlite3 *db)
{
    sqlite3_stmt *st;
    int row = 0;

    if (sqlite3_prepare_v2(db,
                "select 'salle', title from occurrence o join entry e on e.id = o.entry"
                " where o.id >= 20792 << 20 order by o.id limit 20",
                -1, &st, NULL) != SQLITE_OK)
        return 1;
    while (sqlite3_step(st) == SQLITE_ROW) {
        mvprintw(row, 0, "%s", (const char *)sqlite3_column_text(st, 0));
        mvprintw(row++, 10, "%.60s", (const char *)sqlite3_column_text(st, 1));
    }
    return sqlite3_finalize(st) != SQLITE_OK;
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    int key, status = 1;

    setlocale(LC_ALL, "");
    if (argc < 2 ||
            sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        return 1;
    initscr();
    cbreak();
    noecho();
    if (show_rows(db) == 0) {
        mvprintw(22, 0, "salle: ");
        while ((key = getch()) != ERR && key != 27) {
            if (key == 127)
                addstr("\b \b");
            else
                addch((chtype)key);
        }
        status = 0;
    }
    endwin();
    sqlite3_close(db);
    return status;
}
