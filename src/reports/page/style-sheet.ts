/** How the page looks: light and dark, on paper, from a telephone to a wall. */
export const STYLE_SHEET = `:root{color-scheme:light dark;--bg:light-dark(#fff,#14171c);--fg:light-dark(#1b1f24,#dfe3e8);--dim:light-dark(#59636e,#9aa4af);--line:light-dark(#d5dae0,#333a43);--soft:light-dark(#f5f7f9,#1c2128);--link:light-dark(#0650a8,#79b8ff);--error:light-dark(#b3161d,#ff8f88);--warning:light-dark(#875500,#eab04b);--note:light-dark(#0f5d8c,#82c4f0);--add:light-dark(#e2f5e6,#173222);--gone:light-dark(#fbe6e4,#3b1f20);--spot:light-dark(#fff3d1,#3a3113)}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem clamp(.75rem,3vw,3rem) 3rem;max-width:110rem;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
code,.code,.at,.step{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.875rem}
h1{font-size:clamp(1.25rem,2.5vw,1.9rem);line-height:1.25;margin:.5rem 0}h2{margin:2.5rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line);font-size:1.35rem}h3{font-size:1.05rem;margin:.2rem 0 .6rem}h4{margin:.8rem 0 .2rem;font-size:.95rem}
small,.keys,.at,footer{color:var(--dim);font-weight:400}
a{color:var(--link)}a:focus-visible,input:focus-visible,.scroll:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
nav a{margin-right:1rem}.verdict{font-size:1.1rem;font-weight:600}
.finding{border:1px solid var(--line);border-left:.4rem solid var(--note);border-radius:.5rem;padding:.8rem 1rem;margin:1rem 0;background:var(--soft);scroll-margin-top:1rem}
.finding.error{border-left-color:var(--error)}.finding.warning{border-left-color:var(--warning);border-left-style:double}.finding.note{border-left-style:dotted}
.self{display:block;font-size:.85rem;font-weight:600;text-decoration:none}.error .self{color:var(--error)}.warning .self{color:var(--warning)}.note .self{color:var(--note)}
:is(article,tr):target{outline:3px solid var(--link);outline-offset:1px}
dl{display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;margin:.5rem 0}dt{display:inline;color:var(--dim)}dt::after{content:": "}dd{display:inline;margin:0}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:0 1.5rem}.sides>div{border-top:1px solid var(--line)}
ol,ul{padding-left:1.6rem;margin:.3rem 0}.fix{border-top:1px solid var(--line);padding-top:.6rem;margin-bottom:0}
[aria-current=step]{outline:3px solid var(--link)}
.scroll{overflow-x:auto;max-width:100%}
.fn{margin:1.6rem 0;content-visibility:auto;contain-intrinsic-size:auto 40rem}.fn h3{margin-bottom:.2rem}.contract,.laneskey{color:var(--dim);margin:.2rem 0}
table{border-collapse:collapse}.code{width:100%;line-height:1.4}.code td,.code th{padding:0 .4rem;vertical-align:top;text-align:left}
.code .l{padding:0;white-space:nowrap;width:1px;height:inherit}.code th{color:var(--dim);font-weight:400;text-align:right;width:1px;white-space:nowrap;overflow-wrap:normal;-webkit-user-select:none;user-select:none}
.code tr{height:1px}.code .t code{white-space:pre;overflow-wrap:normal}.sign{white-space:pre;color:var(--dim);margin-right:.4rem}
.added{background:var(--add)}.removed{background:var(--gone);color:var(--dim)}.place{background:var(--spot)}
.l span[aria-hidden]{display:flex;height:100%}.l i{display:block;width:1rem;min-height:1.4em;font:normal 700 .8rem/1.4 system-ui,sans-serif;text-align:center;margin-right:2px;color:var(--lane)}
.l i.must,.l i.may{background-repeat:no-repeat;background-position:center;background-size:.45rem 100%;forced-color-adjust:none;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.l i.must{background-image:linear-gradient(var(--tint),var(--tint))}.l i.may{background-image:repeating-linear-gradient(45deg,var(--tint) 0 2px,transparent 2px 5px)}
.l i.quiet{box-shadow:inset 2px 0 var(--tint),inset -2px 0 var(--tint)}
.c0{--lane:light-dark(#0b4f9c,#9fd0ff);--tint:light-dark(#6fa8e6,#3d74b0)}.c1{--lane:light-dark(#8a3b00,#ffc799);--tint:light-dark(#e39a5e,#a2622c)}.c2{--lane:light-dark(#176b34,#97e2af);--tint:light-dark(#70bf8a,#37794e)}.c3{--lane:light-dark(#7a1f7a,#efb0ef);--tint:light-dark(#c583c5,#864686)}.c4{--lane:light-dark(#5c5200,#e3d77a);--tint:light-dark(#bdb05a,#746a1f)}.c5{--lane:light-dark(#0a6a6a,#8adede);--tint:light-dark(#64b9b9,#2c7878)}
.lanes{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}.key{color:var(--lane);border:2px solid var(--tint);border-radius:.25rem;padding:0 .3rem;font-size:.8rem}
mark{background:none;color:inherit;text-decoration:underline 2px var(--note);text-underline-offset:3px}mark.write,mark.call{text-decoration-style:double}
.access{color:var(--dim);font-size:.8rem;margin-left:1.5rem;font-family:system-ui,sans-serif}
.remark{display:block;font:.85rem/1.4 system-ui,sans-serif;text-decoration:none;margin-left:1rem}.remark:hover{text-decoration:underline}.remark.error{color:var(--error)}.remark.warning{color:var(--warning)}.remark.note{color:var(--note)}
.facts{font-size:.9rem;min-width:min(40rem,100%)}.facts td,.facts th{border-bottom:1px solid var(--line);padding:.2rem .7rem .2rem 0;text-align:left;vertical-align:top;overflow-wrap:normal}
summary h3{display:inline}details{margin:1rem 0}
input{font:inherit;padding:.2rem .4rem;max-width:100%}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.l{position:relative}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media(max-width:40rem){.code th{padding:0 .2rem}.access{display:block}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10pt}nav,#tools{display:none}.scroll{overflow:visible}.code .t code{white-space:pre-wrap}.finding,.code tr{break-inside:avoid}.fn{content-visibility:visible}a{color:inherit}}`;
