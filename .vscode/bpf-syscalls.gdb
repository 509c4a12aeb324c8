# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Stops at the system calls that load and attach a libbpf program, and says what
# each is about to do; x86-64.
#
#   VS Code, debug console:    -exec source .vscode/bpf-syscalls.gdb
#   open builds of VS Code:    >source .vscode/bpf-syscalls.gdb
#   gdb:                       source .vscode/bpf-syscalls.gdb
#
# Most bpf() calls of a start are libbpf's probes: can this kernel do that?  They are
# recognized by the names of their callers, in old and new versions of libbpf, and
# by an object without a name.  gdb knows these names if libbpf is linked
# statically, as the Makefile does if there is a libbpf.a.  While the program runs,
# skipped() of src/run/skipped.c is the only function that calls bpf(); it is left
# out, too.  Each catchpoint sees a call twice, on entry and on return; on entry
# the kernel has put -ENOSYS (-38) into rax.  The types need a build with -g3 and
# -fno-eliminate-unused-debug-types, which is what the task `build` does.

set print demangle off

define bpf-syscall
    if $orig_rax == 321
        set $attr = (union bpf_attr *)$rsi
        output (enum bpf_cmd)$rdi
        if $rdi == 0
            printf ": map %s", $attr->map_name
        end
        if $rdi == 5
            printf ": program %s", $attr->prog_name
        end
        if $rdi == 28
            printf ": program's descriptor %d", $attr->link_create.prog_fd
        end
        printf "\n"
    end
    if $orig_rax == 9
        printf "mmap: %lu bytes of descriptor %d from offset %lu\n", $rsi, (int)$r8, $r9
    end
    if $orig_rax == 298
        printf "perf_event_open\n"
    end
    if $orig_rax == 16
        printf "ioctl: descriptor %d, perf event\n", (int)$rdi
    end
    if $orig_rax == 291
        printf "epoll_create1\n"
    end
    if $orig_rax == 233
        printf "epoll_ctl: %d watches %d\n", (int)$rdi, (int)$rdx
    end
end
document bpf-syscall
Prints the BPF-related system call that the program has stopped at.
end

catch syscall bpf
# MAP_CREATE (0) names its map at byte 28, PROG_LOAD (5) its program at byte 48.
condition $bpnum $rax == -38 && !($rdi == 5 && *(char *)($rsi + 48) == 0) && !$_any_caller_matches("^(kernel_supports|feat_supported|bump_rlimit_memlock|probe_|bpf_object(__|[.])probe_loading|bpf_token_create|btf_parse_raw|skipped)", 50)
commands
    bpf-syscall
end

# MAP_SHARED, and of a descriptor: .rodata, .bss and the ring.
catch syscall mmap
condition $bpnum $rax == -38 && ($r10 & 1) && (int)$r8 >= 0
commands
    bpf-syscall
end

# The type byte of perf's requests is 0x24 ('$').
catch syscall ioctl
condition $bpnum $rax == -38 && (($rsi >> 8) & 0xff) == 0x24
commands
    bpf-syscall
end

catch syscall perf_event_open epoll_create1 epoll_ctl
condition $bpnum $rax == -38
commands
    bpf-syscall
end
