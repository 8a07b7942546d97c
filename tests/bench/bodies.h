#ifndef TESTS_BENCH_BODIES_H
#define TESTS_BENCH_BODIES_H

/**
 * Makes what odus-sync would send of N new events, numbered from FIRST: the bodies of
 * its requests to _bulk_docs, as files of the new folder DIR, "0" and so on. Ends the
 * program on failure. To be called in a process of its own.
 */
void bodies_make(const char *dir, int first, int n);

#endif
