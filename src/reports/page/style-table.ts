/** How tables, the grid of ways in and the picture of the order of locks look. */
export const TABLE_STYLE = `
table{border-collapse:collapse}
.facts{font-size:.88rem;min-width:min(48rem,100%)}
.facts :is(td,th){border-bottom:1px solid var(--line);padding:.25rem 1.2rem .25rem 0;text-align:left;vertical-align:top}
.facts th{white-space:nowrap}.facts details{margin:0}
.facts tbody tr:hover{background:var(--soft)}
.facts button{border:0;padding:0;background:none;font-weight:600}
.facts button::after{content:" ↕";color:var(--dim)}
[aria-sort=ascending] button::after{content:" ↑"}[aria-sort=descending] button::after{content:" ↓"}
.grid{font-size:.85rem}
.grid :is(td,th){border:1px solid var(--line);padding:.25rem .5rem;text-align:center;min-width:2.6rem}
.grid td:empty{border:0}
.grid thead th{vertical-align:bottom}.grid thead span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}
.grid tbody th{text-align:left;white-space:nowrap}
.grid th{font-weight:400;background:var(--soft)}
.grid td.meets{background:var(--error-bg)}.meets{color:var(--error)}
.grid td.kept{color:var(--dim)}
.order{margin:0 0 1rem}
.order svg{display:block;font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
.order text{fill:var(--fg);text-anchor:middle;dominant-baseline:central;font-size:12px}
.order .lock rect{fill:var(--soft);stroke:var(--dim)}
.order .arrow{fill:none;stroke:var(--dim);stroke-width:1.5}.order .arrow.cycle{stroke:var(--error);stroke-width:3.5}
.order .words text{font-size:10.5px;fill:var(--dim)}.order .words.cycle text{fill:var(--error)}
.order .words rect{fill:var(--bg)}
.order marker path{fill:var(--dim)}.order marker.cycle path{fill:var(--error)}
.gaps{font-size:.9rem}
@media print{.facts tr,.grid tr{break-inside:avoid}}
@media(forced-colors:active){.order .lock rect{stroke:CanvasText}.order .arrow{stroke:CanvasText!important}.order text{fill:CanvasText!important}.order marker path{fill:CanvasText!important}.order .words rect{fill:Canvas}}
`;
