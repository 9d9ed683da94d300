# gnuplot -e 'data="rules.dat"; axis="rules"; picture="rules.svg"' growth.gnuplot
# Draws one table of `sh cmake/run.sh bench --picture`. Lines differ in their marks, too.
set terminal svg size 640,400 font "sans-serif,13" background "#ffffff"
set output picture
set datafile missing "-"
set logscale xy 10
set xlabel axis
set ylabel "processor time"
set format x "10^{%T}"
set ytics ("10 ns" 10, "100 ns" 100, "1 us" 1e3, "10 us" 1e4, "100 us" 1e5, \
  "1 ms" 1e6, "10 ms" 1e7, "100 ms" 1e8, "1 s" 1e9, "10 s" 1e10)
set yrange [10:*]
set grid
# Dark enough on white.
set linetype 1 linecolor rgb "#7b3294"
set linetype 2 linecolor rgb "#1b7837"
set linetype 3 linecolor rgb "#2166ac"
set linetype 4 linecolor rgb "#b35806"
set linetype 5 linecolor rgb "#333333"
set key left top
stats data skip 1 nooutput
plot for [column = 2:STATS_columns] data using 1:column \
  with linespoints linewidth 2 pointtype column title columnheader
