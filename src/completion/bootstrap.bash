# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# Completion for bash, with or without the bash-completion package.
# tests/manual compares its offers with the options of bootstrap.

_bootstrap() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} i words

    # Everything after "--" is another command's line.
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == -- ]] || continue
        if declare -F _command_offset >/dev/null; then
            _command_offset $((i + 1))
        elif ((i + 1 == COMP_CWORD)); then
            mapfile -t COMPREPLY < <(compgen -c -- "$cur")
        else
            compopt -o default
        fi
        return
    done

    # Readline splits "--format=js" into three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $prev == --color ]]; then # only "=" gives it a value
        prev=
    fi

    COMPREPLY=()
    case $prev in
    -p | --pid) words=$(cd /proc && echo [0-9]*) ;;
    -u | --user | --run-as)
        mapfile -t COMPREPLY < <(compgen -u -- "$cur")
        return ;;
    -c | --comm) words=$(grep -hsx '[[:alnum:]_.+-]*' /proc/[0-9]*/comm) ;;
    -g | --cgroup)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "${cur:-/sys/fs/cgroup/}")
        return ;;
    -o | --output | -B | --btf)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return ;;
    -f | --format) words='table json trace tree html' ;;
    --color) words='auto always never' ;;
    -b | --buffer) words='64K 256K 1M 4M 8M 16M 64M 256M 1G' ;;
    -d | --duration | -n | --events | -t | --time | -m | --max-args) return ;;
    *)
        words='-d --duration= -p --pid= -u --user= -c --comm= -g --cgroup= -x --failed
            -a --args --color= -f --format= -o --output= -r --resources -s --summary
            -e --exec-errors --path-search --forks -n --events= -t --time= -b --buffer=
            -m --max-args= -B --btf= -v --verbose --run-as=
            -h -? --help --usage -V --version'
        compopt -o nospace ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur" | sort -u)
    # Add a blank after a complete word, but not after "=".
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] || compopt +o nospace
}

complete -F _bootstrap bootstrap
