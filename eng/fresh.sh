# Sourced by ./damo and eng/publish (POSIX sh). This runs before every damo command, so it starts one process, `find`.

# damo_inputs: what the tool is built from, below the current directory, as a list of names.
# Directories are inputs too: their time changes when something in them is added, renamed or deleted.
# At the top, where a directory's time says nothing (records are written there), the list itself tells.
damo_inputs() {
    set -- src eng damo
    for name in Directory.*.props Directory.*.targets Directory.*.rsp global.json .editorconfig [Nn]u[Gg]et.[Cc]onfig; do
        [ -e "$name" ] && set -- "$@" "$name"
    done
    inputs=$*
}

# damo_is_fresh ROOT: is ROOT/artifacts/damo built from exactly what is there now?
# .stamp is as old as the start of that build and holds the list of inputs; .linker-missing is there when the lack of a C linker
# was all that kept the build from being native.
damo_is_fresh() (
    CDPATH='' cd -- "$1" 2>/dev/null || return
    damo_inputs
    read -r built 2>/dev/null <artifacts/damo/.stamp || return
    [ "$built" = "$inputs" ] || return
    if [ -e artifacts/damo/.linker-missing ] && damo_linker >/dev/null; then return 1; fi
    # shellcheck disable=SC2086 # the names have no blanks
    newer=$(find $inputs -newer artifacts/damo/.stamp -print -quit 2>&1) && [ -z "$newer" ]
)

# damo_linker: the C compiler that links the native binary; fails when there is none.
damo_linker() {
    command -v gcc || command -v clang
}
