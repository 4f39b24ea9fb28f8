# For bash and zsh alike. Variables belong to the caller:
#   program      what was typed to start us
#   subcommands  names that may come next, if a command is still to be named
#   flags        options of the command
#   valued       `option=kind` for those that take a value; `kind*` takes many
#   slots        kinds of the arguments, in order; `kind*` takes all the rest
#   expected     the answer: the kind of the word at the cursor
# `__assay_describe` comes from the parser. It sets four of them for a command such as `exp run`.

__assay_read() {
    [ -n "$ZSH_VERSION" ] && emulate -L sh
    local word pair name= value=
    __assay_describe ""
    for word in "$@"; do
        if [ "$word" = "=" ]; then
            continue
        fi
        case $word in
        --*=*) value= ;;
        -?*)
            value=
            for pair in $valued; do
                [ "${pair%%=*}" = "$word" ] && value=${pair#*=}
            done
            ;;
        *)
            if [ -n "$value" ]; then
                case $value in *\*) ;; *) value= ;; esac
            elif [ -n "$subcommands" ]; then
                name="${name:+$name }$word"
                __assay_describe "$name"
            else
                case $slots in
                *" "*) slots=${slots#* } ;;
                *\*) ;;
                *) slots= ;;
                esac
            fi
            ;;
        esac
    done
    expected=${value:-${slots%% *}}
    if [ -n "$subcommands" ] && [ -z "$value" ]; then
        expected=subcommand
    fi
    expected=${expected%\*}
}

# The words of the expected kind, one a line. Whatever fails has no words and says nothing.
__assay_words() {
    [ -n "$ZSH_VERSION" ] && emulate -L sh
    case $expected in
    subcommand) printf '%s\n' $subcommands ;;
    flag) printf '%s\n' $flags ;;
    one-of:*) printf '%s\n' "${expected#one-of:}" | tr , '\n' ;;
    stage | target) "$program" stage list -q --names-only ;;
    experiment) "$program" exp list -q --all-commits --names-only ;;
    remote) "$program" remote list | sed 's/[[:space:]].*//' ;;
    git-remote) git remote ;;
    revision) git for-each-ref --format='%(refname:short)' refs/heads refs/tags ;;
    esac 2>/dev/null
}
