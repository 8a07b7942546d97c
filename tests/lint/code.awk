# Prints FILE:LINE:CODE for C sources: comments removed, string and character
# literals emptied ("" and ''), so that a word found is a word used.
FNR == 1 { comment = 0 }
{
    line = $0
    out = ""
    while (line != "") {
        if (comment) {
            end = index(line, "*/")
            if (!end) break
            line = substr(line, end + 2)
            comment = 0
        } else if (match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\/|\/\*/)) {
            found = substr(line, RSTART, 2)
            quote = substr(found, 1, 1)
            out = out substr(line, 1, RSTART - 1)
            line = substr(line, RSTART + RLENGTH)
            if (found == "//") break
            if (found == "/*") comment = 1
            else out = out quote quote
        } else {
            out = out line
            break
        }
    }
    print FILENAME ":" FNR ":" out
}
