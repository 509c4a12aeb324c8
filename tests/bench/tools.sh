# shellcheck shell=bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The tracers to compare.  For each: the name of its program (to check that it is
# installed), the command, and extended regular expressions for its lines about an
# exec and an exit of the program NAME ("": it prints none).  In the command $TARGET
# is the process whose children are traced by a tool that cannot trace all processes.
# To add a tracer, add a block.

# shellcheck disable=SC2034  # read by bench.sh
tools=(control empty floor bootstrap resources json exec-errors classic execsnoop exitsnoop bpftrace forkstat extrace perf strace)

tool() { # name -> program command exec_line exit_line
    exec_line='' exit_line=''
    case $1 in
    # No tracer runs: its apparent cost is the noise of the machine.
    control)
        program="sleep"
        command='exec sleep infinity' ;;
    # The minimum cost of this design: see floor.bpf.c.
    empty | floor)
        program=.output/bench/floor
        command="exec $PWD/.output/bench/floor $1" ;;
    resources)
        program=./bootstrap
        command="exec $PWD/bootstrap -r"
        exec_line=' EXEC .*/NAME$' exit_line=' EXIT +NAME ' ;;
    arguments)
        program=./bootstrap
        command="exec $PWD/bootstrap -a"
        exec_line=' EXEC .*/NAME$' exit_line=' EXIT +NAME ' ;;
    exec-errors)
        program=./bootstrap
        command="exec $PWD/bootstrap -e"
        exec_line=' EXEC .*/NAME$' exit_line=' EXIT +NAME ' ;;
    bootstrap)
        program=./bootstrap
        command="exec $PWD/bootstrap"
        exec_line=' EXEC .*/NAME$' exit_line=' EXIT +NAME ' ;;
    json)
        program=./bootstrap
        command="exec $PWD/bootstrap -f json"
        exec_line='"event":"exec".*/NAME"' exit_line='"event":"exit".*"comm":"NAME"' ;;
    classic)
        program=${BASELINE:-}
        command="exec ${BASELINE:-}"
        exec_line=' EXEC .*/NAME$' exit_line=' EXIT +NAME ' ;;
    execsnoop)
        program=execsnoop
        command='exec execsnoop'
        exec_line='/NAME ' ;;
    exitsnoop)
        program=exitsnoop
        command='exec exitsnoop'
        exit_line='^NAME ' ;;
    bpftrace)
        program=execsnoop.bt
        command='exec execsnoop.bt'
        exec_line='/NAME$' ;;
    forkstat)
        program=forkstat
        command='exec forkstat -e exec,exit'
        exec_line=' exec .*NAME' exit_line=' exit .*NAME' ;;
    extrace)
        program=extrace
        command='exec extrace'
        exec_line='/NAME$' ;;
    perf)
        program=perf
        command='exec perf trace -a -e sched:sched_process_exec,sched:sched_process_exit'
        exec_line='_exec\(filename: ".*/NAME"' exit_line='_exit\(comm: "NAME"' ;;
    strace)
        program=strace
        # shellcheck disable=SC2016  # for the shell that runs the command
        command='exec strace -f -qq -e trace=execve -p $TARGET'
        exec_line='execve\(".*/NAME"' ;;
    esac
}
