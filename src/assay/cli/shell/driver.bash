__assay_complete() {
    local program=$1 current=${COMP_WORDS[COMP_CWORD]}
    local subcommands flags valued slots expected words line
    __assay_read "${COMP_WORDS[@]:1:COMP_CWORD-1}"
    case $current in
    =) current= ;;
    -*) case $expected in one-of:*) ;; *) expected=flag ;; esac ;;
    esac
    words=$(__assay_words)
    COMPREPLY=()
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
        IFS=$'\n'
        compgen -W "$words" -- "$current"
        case $expected in
        file | target) compgen -f -- "$current" ;;
        folder) compgen -d -- "$current" ;;
        stage)
            compgen -d -- "$current"
            compgen -f -X '!*.dvc' -- "$current"
            compgen -f -X '!*dvc.yaml' -- "$current"
            ;;
        esac
    )
    case $expected in
    file | folder | stage | target) compopt -o filenames 2>/dev/null ;;
    esac
    return 0
}

complete -o bashdefault -F __assay_complete assay
complete -o bashdefault -F __assay_complete dvc
