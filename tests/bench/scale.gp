# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# The curves of scale.sh.  Input: folder, baseline (is the classic tool included?).
set terminal svg size 900,380 background "white" font "sans-serif,13"
set multiplot layout 1,2
set style data linespoints
set grid ytics lc rgb "#dddddd"
set yrange [0.3:*]
set logscale y
set ylabel "µs per pair of exec and exit"
set key top right
tools = baseline ? "bootstrap classic" : "bootstrap"
colours = "#2a6fb0 #c2591a"

set title "by the number of pairs"
set logscale x
plot for [i=1:words(tools)] sprintf("%s/events-%s", folder, word(tools, i)) using 1:2 \
	lw 2 pt 7 lc rgb word(colours, i) title word(tools, i)." BPF", \
     for [i=1:words(tools)] sprintf("%s/events-%s", folder, word(tools, i)) using 1:3 \
	lw 2 pt 6 dt 2 lc rgb word(colours, i) title word(tools, i)." CPU"

set title "by the number of processes alive"
unset logscale x
plot for [i=1:words(tools)] sprintf("%s/crowd-%s", folder, word(tools, i)) using 1:2 \
	lw 2 pt 7 lc rgb word(colours, i) title word(tools, i)." BPF", \
     for [i=1:words(tools)] sprintf("%s/crowd-%s", folder, word(tools, i)) using 1:3 \
	lw 2 pt 6 dt 2 lc rgb word(colours, i) title word(tools, i)." CPU"
unset multiplot
