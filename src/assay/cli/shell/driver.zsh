__assay_complete() {
    local program=$words[1]
    local subcommands flags valued slots expected
    local -a before found
    before=("${(@)words[2,CURRENT-1]}")
    if [[ $PREFIX == --*=* ]]; then
        before+=("${PREFIX%%=*}")
        compset -P '*='
    fi
    __assay_read "${before[@]}"
    [[ $PREFIX == -* ]] && expected=flag
    found=("${(@f)$(__assay_words)}")
    found=("${(@)found:#}")
    (( $#found )) && compadd -a found
    case $expected in
    file | target) _files ;;
    folder) _files -/ ;;
    stage) _files -g '(*.dvc|dvc.yaml)(-.)' ;;
    esac
}

# Loaded from $fpath, this file is the completion; read by `source`, it has to announce it.
if [[ ${funcstack[1]} == (_dvc|_assay) ]]; then
    __assay_complete "$@"
else
    compdef __assay_complete dvc assay
fi
