#!/bin/sh
# tests/deps.sh [test-|ci-]: installs the packages of one set that are missing.
# Debian and its kin through apt-get, as root or by a sudo that asks nothing.
# Does nothing, at once, when all is there. The tools to build are required;
# of the others a missing one is only said: what needs it counts as skipped.
set -eu
set=${1:-}

# package | what shows that it is there
packages() {
    case $set in
    '') cat <<EOF
gcc cmd ${CC:-cc}
make cmd make
pkg-config cmd pkg-config
gettext cmd xgettext
gettext cmd msgfmt
libncurses-dev lib ncursesw
libsqlite3-dev lib sqlite3
libutf8proc-dev lib libutf8proc
libpcre2-dev lib libpcre2-8
libjansson-dev lib jansson
libsodium-dev lib libsodium
uuid-dev lib uuid
libcurl4-openssl-dev lib libcurl
zlib1g-dev lib zlib
libmicrohttpd-dev lib libmicrohttpd
libqrencode-dev lib libqrencode
libsecret-1-dev lib libsecret-1
libical-dev lib libical
libxml2-dev lib libxml-2.0
EOF
        ;;
    test-) cat <<EOF
libcmocka-dev lib cmocka
libvterm-dev lib vterm
tmux cmd tmux
calcurse cmd calcurse
dialog cmd dialog
valgrind cmd valgrind
nodejs cmd node
npm cmd npm
openssl cmd openssl
zbar-tools cmd zbarimg
EOF
        ;;
    ci-) cat <<EOF
git cmd git
clang cmd clang
libclang-rt-14-dev runtime fuzzer
clang-format cmd clang-format
cppcheck cmd cppcheck
EOF
        ;;
    *) echo "deps: unknown set: $set" >&2 && exit 2 ;;
    esac
}

present() { # KIND NAME
    case $1 in
    cmd) command -v "$2" ;;
    lib) pkg-config --exists "$2" ;;
    python) /usr/bin/python3 -c "import $2" ;;
    runtime) ls "$(clang -print-resource-dir)"/lib/linux/libclang_rt."$2"[-_.]* ;;
    esac >/dev/null 2>&1
}

missing() {
    packages | while read -r package kind name; do
        present "$kind" "$name" || echo "$package"
    done | sort -u | tr '\n' ' '
}

apt() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
            -o Acquire::http::Timeout=20 -o Acquire::Retries=1 "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
            --no-install-recommends "$@"
    fi >&2 </dev/null
}

may_install() {
    command -v apt-get >/dev/null &&
        { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# All at once, else one by one: a package that cannot be had holds up no other.
install() {
    apt install "$@" 2>/dev/null && return
    apt update || return 0
    apt install "$@" && return
    for package; do
        apt install "$package" || :
    done
}

# What others wrote, from npm, in build/peers: peers of replication, validators. Their
# native parts come inside the packages: no script of theirs needs to run.
peers() {
    command -v npm >/dev/null || return 0
    ! cmp -s tests/peers/package.json build/peers/package.json || return 0
    mkdir -p build/peers
    cp tests/peers/package.json build/peers/
    echo 'installing: npm packages of tests/peers'
    (cd build/peers && npm install --silent --no-audit --no-fund --ignore-scripts \
        --omit=optional) >/dev/null 2>&1 || {
        rm -f build/peers/package.json
        echo 'npm packages cannot be had (what needs them is skipped)'
    }
}

[ "$set" != test- ] || trap peers EXIT

todo=$(missing)
[ -n "$todo" ] || exit 0
if may_install; then
    echo "installing: $todo"
    # shellcheck disable=SC2086 # one word each
    install $todo
    todo=$(missing)
    [ -n "$todo" ] || exit 0
fi
if [ -n "$set" ]; then
    echo "not installed (what needs them is skipped): $todo"
    exit 0
fi
cat >&2 <<EOF
Some packages are missing and cannot be installed from here:
    $todo
On Debian or Ubuntu, as root:
    apt-get install $todo
EOF
exit 1
