// How a page looks: one style, no font and no picture from outside.

#ifndef API_ACCESS_SRC_PAGE_STYLE_H_
#define API_ACCESS_SRC_PAGE_STYLE_H_

#include "src/page/html.h"

namespace api_access::internal {

// Text has a contrast of 4.5 or more with what it is on, in both schemes. Only
// boxes of class `scroll` are wider than the screen.
inline constexpr Markup kPageStyle = R"(
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1b1b;--soft:#4b5563;
--line:#d1d5db;--shade:#f3f4f6;--link:#1d4ed8}
*{box-sizing:border-box}
body{margin:0 auto;max-width:75rem;padding:0 1rem;background:var(--paper);
color:var(--ink);font:1rem/1.5 sans-serif;overflow-wrap:anywhere}
h1{font-size:1.75rem;margin:1.5rem 0 0}
h2{font-size:1.3rem;margin:2.5rem 0 .5rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.25rem 0 .25rem}
p{margin:.5rem 0}
code{font:.9em monospace}
time{white-space:nowrap}
dl{display:grid;grid-template-columns:minmax(6rem,max-content) minmax(0,1fr);
gap:.25rem 1rem}
dt{color:var(--soft)}
dd{margin:0}
.scroll{overflow-x:auto;margin:.75rem 0;max-width:100%}
.scroll:focus-visible{outline:3px solid var(--link)}
.picture{padding:0 4px}
table{border-collapse:collapse;min-width:100%;font-size:.875rem}
caption{text-align:left;color:var(--soft);padding:.25rem 0}
th,td{border:1px solid var(--line);padding:.3rem .5rem;text-align:left;
vertical-align:top;min-width:5rem;max-width:26rem;overflow-wrap:break-word}
thead th{background:var(--shade)}
tbody th{font-weight:normal}
footer{margin:3rem 0 1rem;color:var(--soft);font-size:.875rem}
@media (max-width:40rem){
dl{grid-template-columns:1fr;gap:0}
dd{margin:0 0 .5rem}
}
@media screen and (prefers-color-scheme:dark){
:root{--paper:#14171a;--ink:#e5e7eb;--soft:#9ca3af;--line:#374151;
--shade:#1f2937;--link:#60a5fa}
}
@media print{
body{max-width:none;font-size:10pt}
th,td{min-width:0;padding:.15rem .3rem}
table{font-size:8pt}
code{overflow-wrap:anywhere}
time{white-space:normal}
.scroll{overflow:visible}
tr{break-inside:avoid}
h2{break-after:avoid}
thead{display:table-header-group}
}
)";

}  // namespace api_access::internal

#endif  // API_ACCESS_SRC_PAGE_STYLE_H_
