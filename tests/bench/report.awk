# Figures (bench.c: print_row) as tables, one a section, the ratios first: how many times
# the row with a 1 the others take.
BEGIN {
    FS = "\t"
    head = "%7s %7s  %-42s %8s %8s %8s %8s %7s %6s  %s\n"
}

{
    if (!($1 in rows)) section[++sections] = $1
    rows[$1]++
    line[$1, rows[$1]] = $0
    if ($3 == 1) { base_time[$1] = $6; base_mem[$1] = $9 }
}

function ratio(x, base)
{
    return base > 0 && x > 0 ? sprintf("%.2f", x / base) : ""
}

function ms(x)
{
    return sprintf(x >= 100 ? "%.0f" : x >= 1 ? "%.2f" : "%.3f", x)
}

function add(text, more)
{
    return text (text != "" ? ", " : "") more
}

function target(   text, value)
{
    text = ""
    if ($11 > 0) {
        value = $10 == 50 ? $6 : $10 == 95 ? $7 : $8
        text = sprintf("p%d < %g ms: %s", $10, $11, (value <= $11) ? "yes" : "NO")
    }
    if ($12 > 0)
        text = add(text, sprintf("< %g MiB: %s", $12 / 1024, ($9 <= $12) ? "yes" : "NO"))
    if ($13 != "" && $6 > 0)
        text = add(text, sprintf("%.0f %s/s", $14 * 1000 / $6, $13))
    return $15 != "" ? add(text, $15) : text
}

END {
    for (s = 1; s <= sections; s++) {
        name = section[s]
        print (s > 1 ? "\n" : "") toupper(substr(name, 1, 1)) substr(name, 2)
        split(line[name, 1], first)
        if (first[4] > 0)
            printf head, "x time", "x mem", "", "best ms", "p50 ms", "p95 ms", "p99 ms", "MiB", "n", ""
        for (i = 1; i <= rows[name]; i++) {
            $0 = line[name, i]
            if ($4 == 0) { print "  " $15; continue } # words alone
            mem = ($9 > 0) ? sprintf("%.1f", $9 / 1024) : ""
            printf head, ratio($6, base_time[name]), ratio($9, base_mem[name]), $2, ms($5), ms($6), ms($7), ms($8), mem, $4, target()
        }
    }
}
