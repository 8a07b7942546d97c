/**
 * The plain driver of a fuzz target: gives it every file of its corpus, and a few
 * inputs nobody has to store, in an ordinary build. Without arguments the corpus is
 * tests/fuzz/corpus/NAME after the program's own name. A target that does not
 * crash has passed; the result is one line of TAP.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20, PATH_MAX_HERE = 1024 };

static int inputs;

/* A copy of the very size, so that a sanitizer sees one byte too far. */
static void replay_bytes(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    if (!copy)
        abort();
    if (size)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    inputs++;
}

static int replay_file(const char *path)
{
    static uint8_t data[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    size_t size;

    printf("# %s%s%s\n", path, file ? "" : ": ", file ? "" : strerror(errno));
    fflush(stdout); /* the last name before a crash is the culprit's */
    if (!file)
        return -1;
    size = fread(data, 1, sizeof(data), file);
    fclose(file);
    replay_bytes(data, size);
    return 0;
}

static int replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    int result = 0;

    if (!folder)
        return errno == ENOENT ? 0 : -1;
    while ((entry = readdir(folder))) {
        char name[PATH_MAX_HERE];
        int n = snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);

        if (entry->d_name[0] != '.' && n > 0 && (size_t)n < sizeof(name))
            result |= replay_file(name);
    }
    closedir(folder);
    return result;
}

static int replay(const char *path)
{
    struct stat info;

    if (stat(path, &info) == 0 && !S_ISDIR(info.st_mode))
        return replay_file(path);
    return replay_folder(path);
}

/* Nothing, every single byte, and one long run of each. */
static void replay_plain(void)
{
    uint8_t run[4096];

    replay_bytes(NULL, 0);
    for (int byte = 0; byte < 256; byte++) {
        memset(run, byte, sizeof(run));
        replay_bytes(run, 1);
        if (byte % 16 == 0 || strchr("[]{}\"'\\=\n\t -", byte))
            replay_bytes(run, sizeof(run));
    }
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    const char *name = slash ? slash + 1 : argv[0];
    char corpus[PATH_MAX_HERE];
    int result = 0;

    puts("1..1");
    fflush(stdout);
    replay_plain();
    for (int i = 1; i < argc; i++)
        result |= replay(argv[i]);
    if (argc == 1) {
        snprintf(corpus, sizeof(corpus), "tests/fuzz/corpus/%s", name);
        result = replay(corpus);
    }
    printf("%s 1 - fuzz %s: %d inputs\n", result ? "not ok" : "ok", name, inputs);
    return result != 0;
}
