# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# The bars of bench.sh.  Input: data, one line per tracer: name, BPF us, CPU us, wall
# ratio, share of the events lost while the tracer was stopped.
set terminal svg size 900,380 background "white" font "sans-serif,13"
set multiplot layout 1,3
set style data histograms
set style histogram rowstacked
set style fill solid border rgb "white"
set boxwidth 0.75
set xtics rotate by -50 scale 0
set grid ytics lc rgb "#dddddd"
set yrange [0:*]

set title "µs per exec and exit"
set key above samplen 1
plot data using 2:xtic(1) title "BPF" lc rgb "#2a6fb0", "" using 3 title "tracer" lc rgb "#8fbce6"

set title "time of a storm, untraced = 1"
unset key
plot data using 4:xtic(1) lc rgb "#c2591a", 1 with lines lc rgb "black" dt 2

set title "events lost, reader asleep for 5 s, %"
set yrange [0:100]
plot data using ($5*100):xtic(1) lc rgb "#8a2b3f"
unset multiplot
