# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: zsh -f tests/manual/complete.zsh LINE
#
# Prints what zsh offers when LINE is typed and TAB is pressed, one per line.  Runs a
# zsh on its own terminal, with our completion and zsh's completion system.  A
# compadd() function in front of the builtin reports the words that match.

zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT=; fpath=($PWD/src/completion $fpath); autoload -Uz compinit; compinit -u -D
compadd() {
    local -a hits
    case " ${@[1,(i)(-|--)]}" in
    *\ -[OAD]\ *) ;;
    *) builtin compadd -A hits "$@"; print -rl -- "<"${^hits}">" ;;
    esac
    builtin compadd "$@"
}
zle-line-init() { print RE""ADY; }
zle -N zle-line-init'
# Not before the line editor has the terminal.
zpty -r shell shown '*READY*'
# TAB, then all that was typed is erased.
zpty -w -n shell "$1"$'\t\x15print EN""D\n'
zpty -r shell shown '*END*'
# -? is offered as -\?, the way it must be typed.
print -r -- "$shown" | tr -d '\r\\' | sed -n 's/.*<\([^<>]*\)>$/\1/p'
