/** How a finding looks: the card, its path, the two sides. */
export const FINDING_STYLE = `
.finding{border:1px solid var(--line);border-left:.35rem solid var(--tone);border-radius:.6rem;padding:1rem 1.3rem 1.1rem;margin:1.4rem 0;background:var(--card);box-shadow:0 1px 3px light-dark(#0000000f,#00000050)}
.error{--tone:var(--error);--tone-bg:var(--error-bg)}
.warning{--tone:var(--warning);--tone-bg:var(--warning-bg)}
.note{--tone:var(--note);--tone-bg:var(--note-bg)}
.finding.warning{border-left-style:double}.finding.note{border-left-style:dotted}
.finding:target{outline:3px solid var(--focus);outline-offset:3px}
.tags{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .6rem;margin:0 0 .5rem;font-size:.85rem}
.severity{color:var(--tone);background:var(--tone-bg);border-radius:1rem;padding:.05rem .7rem}
.check{font-weight:600}
.tag{border:1px solid var(--line);border-radius:1rem;padding:0 .6rem;color:var(--dim)}
.self{margin-left:auto;color:var(--dim);text-decoration:none}.self:hover{text-decoration:underline}
.finding h3{font-size:1.12rem;margin:.1rem 0 .7rem}
dl{display:flex;flex-wrap:wrap;gap:.15rem 1.8rem;margin:.5rem 0 1rem;font-size:.92rem}
dt{display:inline;color:var(--dim)}dt::after{content:" "}dd{display:inline;margin:0}
.path{container-type:inline-size;border:1px solid var(--line);border-radius:.5rem;padding:.7rem .8rem .6rem;background:var(--soft);min-width:0}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(27rem,100%),1fr));gap:1rem}
.steps{list-style:none;padding:0;margin:0;font-size:.92rem}
.in{margin:.45rem 0 .15rem;padding-left:2.6rem}.in .at{margin-left:.6rem}
.steps li:first-child .in{margin-top:0}
.step{display:grid;grid-template-columns:1.5rem 1.1rem 3.2rem minmax(0,1fr);column-gap:.25rem;align-items:start;border-radius:.3rem}
.step:has([aria-current=step]){background:var(--tone-bg)}
.no{min-width:1.4rem;height:1.4rem;margin-top:.1rem;border-radius:1rem;background:var(--tone);color:var(--bg);font-size:.75rem;line-height:1.4rem;text-align:center}
.no{grid-column:1}.step>.l{align-self:stretch;grid-area:1/2/span 2}
.step .step{display:block;grid-column:3;text-align:right;font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.875em;line-height:1.8}
.src{grid-column:4;padding-left:.6rem;line-height:1.75;white-space:pre-wrap}
.what{grid-column:4;padding:0 0 .25rem .6rem}
.src+.what::before{content:"↳ ";color:var(--tone)}
@container(min-width:54rem){.step{grid-template-columns:1.5rem 1.1rem 3.2rem minmax(0,1fr) minmax(0,1fr)}.src+.what:not(.long){grid-column:5;padding:.1rem 0 .1rem .8rem}.long{grid-column:4/-1}}
@container(max-width:26rem){.step{column-gap:.15rem}.in{padding-left:0}.what{grid-column:3/-1}}
@media(max-width:40rem){.finding{padding:.8rem .8rem .9rem}.path{padding:.5rem}}
[aria-current=step]{outline:3px solid var(--focus);outline-offset:1px;border-radius:.2rem}
.also{margin-top:1rem}.also ul{font-size:.92rem}
.fix{margin:1rem 0 0;padding:.6rem .9rem;border-left:3px solid var(--good);background:var(--soft);border-radius:0 .4rem .4rem 0}
.fix b{color:var(--good)}
.fixed{border:1px solid var(--line);border-left:.35rem solid var(--good);border-radius:.6rem;padding:.8rem 1.3rem}
@media print{.finding{box-shadow:none}.step,.also li{break-inside:avoid}}
`;
