# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Completion for fish.  tests/manual compares its offers with the options of bootstrap.

complete -c bootstrap -f

# Everything after "--" is another command's line.
function __bootstrap_command
    set -l before (commandline -opc)
    set -l dashes (contains -i -- -- $before)
    set -l rest (string escape -- $before[(math $dashes + 1)..]) (commandline -ct)
    complete -C "$rest"
end
complete -c bootstrap -n 'contains -- -- (commandline -opc)' -xa '(__bootstrap_command)'

complete -c bootstrap -s d -l duration -x -d 'Only exits of processes that lived at least that many ms'
complete -c bootstrap -s p -l pid -xa '(__fish_complete_pids)' -d 'Process and its descendants'
complete -c bootstrap -s u -l user -xa '(__fish_complete_users)' -d 'Processes of this user'
complete -c bootstrap -s c -l comm -xa '(cat /proc/*/comm 2>/dev/null | sort -u)' -d 'Processes of this name'
complete -c bootstrap -s g -l cgroup -xa '(__fish_complete_directories (commandline -ct) "cgroup")' -d 'Processes in a cgroup v2 directory or below'
complete -c bootstrap -s x -l failed -d 'Only failed exits'
complete -c bootstrap -s a -l args -d 'Show the command line'
complete -c bootstrap -l color -a 'auto always never' -d 'Show failures in red'
complete -c bootstrap -s f -l format -xa 'table json trace tree html' -d 'How to write the events'
complete -c bootstrap -s o -l output -rF -d 'Write to this file'
complete -c bootstrap -s r -l resources -d 'Show CPU time, memory and I/O'
complete -c bootstrap -s s -l summary -d 'Print a table per command at the end'
complete -c bootstrap -s e -l exec-errors -d 'Also show calls of exec that failed'
complete -c bootstrap -l path-search -d 'With -e, include failures of a search through PATH'
complete -c bootstrap -l forks -d 'Also show each new process'
complete -c bootstrap -s n -l events -x -d 'Stop after this many events'
complete -c bootstrap -s t -l time -x -d 'Stop after this many seconds'
complete -c bootstrap -s b -l buffer -xa '64K 256K 1M 4M 8M 16M 64M 256M 1G' -d 'Size of the ring buffer'
complete -c bootstrap -s m -l max-args -x -d 'Bytes of the arguments to keep'
complete -c bootstrap -s B -l btf -rF -d 'Read the kernel\'s BTF from this file'
complete -c bootstrap -s v -l verbose -d 'Print libbpf\'s debug log'
complete -c bootstrap -l run-as -xa '(__fish_complete_users)' -d 'Run the command as this user'
complete -c bootstrap -s h -s '?' -l help -d 'Print the list of options'
complete -c bootstrap -l usage -d 'Print a short usage message'
complete -c bootstrap -s V -l version -d 'Print the version'
