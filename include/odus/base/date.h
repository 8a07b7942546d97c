#ifndef ODUS_BASE_DATE_H
#define ODUS_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"

/**
 * Civil dates, as a day number: days since 1970-01-01 in the proleptic Gregorian
 * calendar. No zones and no time of day here. Years are 1 to 9999.
 */

enum { DATE_YEAR_MIN = 1, DATE_YEAR_MAX = 9999, DATE_ISO_SIZE = 11 };

/** No date: a number no valid date has. */
#define DATE_NONE INT32_MIN

/** Leap years and lengths of months are honoured. */
bool date_valid(int year, int month, int day);

/** 28 to 31; 0 when MONTH is not 1 to 12. */
int date_month_length(int year, int month);

/** Day number of a valid date. */
int32_t date_days(int year, int month, int day);

/** Inverse of date_days. Defined for every day number. */
void date_civil(
        int32_t days, int *ret_year, int *ret_month, int *ret_day) ATTR_NONNULL_ALL;

/** 0 for Monday to 6 for Sunday. */
int date_weekday(int32_t days);

/** True when DAYS lies in the years 1 to 9999. */
bool date_in_range(int32_t days);

/** Exactly YYYY-MM-DD (RFC 3339 full-date). 0, or ERR_INVALID. */
int date_iso_parse(struct view text, int32_t *ret_days) ATTR_CHECK ATTR_NONNULL_ALL;

/** YYYY-MM-DD; "?" when DAYS is not date_in_range. */
void date_iso(int32_t days, char out[DATE_ISO_SIZE]) ATTR_NONNULL_ALL;

#endif
