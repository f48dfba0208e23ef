/** How code looks: colours, lanes, and a function before and after a patch. */

/** As many lanes as the markup has classes for. */
const WIDTHS = Array.from(
  { length: 10 },
  (_, lanes) => `.la${lanes}{--la:${lanes * 1.1}rem}.lb${lanes}{--lb:${lanes * 1.1}rem}`,
).join("");

export const CODE_STYLE = `
.fn{margin:1.8rem 0 2.6rem;container-type:inline-size}
.fn h3{margin-bottom:.3rem}.fn h3 code{font-size:1rem}.fn h3 small{margin-left:.5rem}
.contract{margin:.2rem 0;font-size:.9rem}
.lanes{list-style:none;padding:0;margin:.3rem 0 .6rem;display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:.9rem}
.key{display:inline-block;min-width:1.5em;text-align:center;color:var(--lane,var(--fg));border:2px solid var(--tint,var(--dim));border-radius:.3rem;padding:0 .25rem;font-size:.75rem;line-height:1.3}
.lanekey{font-size:.9rem;color:var(--dim)}
.lanekey ul{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;list-style:none;padding:0}.lanekey li{display:flex;gap:.4rem;align-items:center}
.sidelegend{display:flex;flex-wrap:wrap;gap:0 3rem}.sidelegend b{font-size:.9rem}
.fn>.scroll{border:1px solid var(--line);border-radius:.5rem;background:var(--card)}
.code{display:inline-block;min-width:100%;padding:.4rem 0;font-size:.8125rem;line-height:1.5;line-height:round(1.5em,1px);vertical-align:top}
.code code{font-size:inherit;white-space:pre;overflow-wrap:normal;tab-size:8}
.line{display:grid;grid-template-columns:auto 6ch 1.6ch minmax(0,1fr);padding-left:.5rem}
.n{padding-right:.8ch;overflow-wrap:normal;text-align:right;color:var(--dim);-webkit-user-select:none;user-select:none}
.s{color:var(--dim);-webkit-user-select:none;user-select:none}
.t{padding-right:1rem}
.line:hover{background:var(--soft)}
.added{background:light-dark(#e3f6e8,#14301f)}.gone{background:light-dark(#fce9e7,#3a1c1e)}
.added .s{color:light-dark(#176b34,#8bd6a4)}.gone .s{color:light-dark(#b4131c,#ff8d86)}
.added .n,.gone .n,.added .s,.gone .s{font-weight:600}
.place>.t{box-shadow:-3px 0 var(--fg);background:light-dark(#fff6df,#332b14)}
.line:target{outline:2px solid var(--focus);outline-offset:-1px;background:light-dark(#fff2b8,#46400f)}
.l{display:inline-flex;height:100%}
.l i{display:block;width:1.1rem;height:100%;font-family:system-ui,sans-serif;font-size:.8rem;font-style:normal;font-weight:700;text-align:center;color:var(--lane)}
.l i:is(.must,.may){background:no-repeat center/.42rem 100%;forced-color-adjust:none;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.l i.must{background-image:linear-gradient(var(--tint),var(--tint))}
.l i.may{background-image:repeating-linear-gradient(45deg,var(--tint) 0 2px,transparent 2px 5px)}
.l i.acquire{background-position:bottom;background-size:.42rem calc(100% - .6rem)}
.l i.release{background-position:top;background-size:.42rem .6rem}
.l i:is(.acquire,.release){font-size:0;line-height:0}
.l i:is(.acquire,.release)::before{content:"";display:block;width:.66rem;height:.66rem;margin:.28rem auto 0;border:2px solid var(--lane);border-radius:50%;background:var(--lane)}
.l i.release::before{background:var(--card)}
.l i.kept{color:var(--error);font-size:1rem;text-shadow:0 0 2px var(--card),0 0 2px var(--card),0 0 3px var(--card),0 0 3px var(--card)}
.l i.quiet{box-shadow:inset .14rem 0 var(--bg),inset .24rem 0 var(--tint),inset -.14rem 0 var(--bg),inset -.24rem 0 var(--tint)}
.c0{--lane:light-dark(#0b4f9c,#a9d4ff);--tint:light-dark(#6fa8e6,#3d74b0)}
.c1{--lane:light-dark(#8a3b00,#ffc799);--tint:light-dark(#e39a5e,#a2622c)}
.c2{--lane:light-dark(#176b34,#97e2af);--tint:light-dark(#70bf8a,#37794e)}
.c3{--lane:light-dark(#7a1f7a,#efb0ef);--tint:light-dark(#c583c5,#864686)}
.c4{--lane:light-dark(#5c5200,#e3d77a);--tint:light-dark(#bdb05a,#746a1f)}
.c5{--lane:light-dark(#0a6a6a,#8adede);--tint:light-dark(#64b9b9,#2c7878)}
.k{color:light-dark(#8a1a6b,#f0a0dc)}.y{color:light-dark(#0b5a73,#7fd3ee)}
code .s{color:light-dark(#8f3d00,#f2b184)}.m,.o{color:light-dark(#1450a8,#9cc4ff)}
.c,code .c{color:light-dark(#5b6570,#97a2ae);font-style:italic}.f{color:light-dark(#5a35a8,#cdb4ff)}.b{color:light-dark(#8a1a6b,#f0a0dc);font-weight:600}
mark{background:none;color:inherit;text-decoration:underline 2px var(--note);text-underline-offset:3px}
mark:is(.write,.call){text-decoration-style:double}
.access{margin-left:1.5rem;padding:0 .5em;border-radius:1em;background:var(--soft);color:var(--dim);font:.72rem/1.5 system-ui,sans-serif;white-space:nowrap}
.access.open{background:var(--warning-bg);color:var(--warning)}
.remark{display:block;width:fit-content;max-width:60rem;margin:.1rem 0 .25rem;padding:.1rem .7rem .1rem .35rem;border-radius:.3rem;background:var(--tone-bg);color:var(--fg);font:.8rem/1.5 system-ui,sans-serif;white-space:normal}
.remark b{display:inline-block;min-width:1.35rem;margin-right:.2rem;padding:0 .25rem;border-radius:1rem;background:var(--tone);color:var(--bg);text-align:center;font-size:.72rem;line-height:1.35rem}
.own{font-weight:600}.remark a{margin-left:.4rem;color:var(--tone);font-size:.75rem;font-weight:400}
${WIDTHS}
.two{--no:6ch;--sign:1.6ch;display:block}
.two .t{white-space:pre-wrap}
.two code{white-space:pre-wrap;overflow-wrap:anywhere}
@container(min-width:62rem){
.two .row{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
.two .old{border-right:1px solid var(--line)}
.two .line{border-right:0}
.two .line.old,.two .side.old{border-right:1px solid var(--line)}
.two .side .line{border:0}
.two .diff>.side{background:repeating-linear-gradient(135deg,var(--soft) 0 6px,transparent 6px 12px)}}
@container(max-width:61.99rem){
.two{display:inline-block}
.two code,.two .t{white-space:pre}
.two .row.same,.two .side .line{display:grid;grid-template-columns:var(--la) var(--no) var(--lb) var(--no) var(--sign) minmax(0,1fr);padding-left:.5rem}
.two .same>.line{display:contents}
.two .old .l{grid-column:1}.two .old .n{grid-column:2}.two .new .l{grid-column:3}.two .new .n{grid-column:4}
.two .line .s{grid-column:5}.two .line .t{grid-column:6;grid-row:1}
.two .line>:is(.l,.n,.s){grid-row:1}
.two .same .old :is(.t,.s){display:none}}
@media(max-width:40rem){.access{margin-left:.5rem}.code{font-size:.75rem}}
@media print{.code,.two{display:block;font-size:8pt}.code code,.two code,.two .t{white-space:pre-wrap}.line{break-inside:avoid}.access.open,.added,.gone,.remark,.place>.t{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media(forced-colors:active){.l i:is(.must,.may){--tint:CanvasText;--lane:CanvasText}.line.place>.t{outline:2px solid Highlight}mark{background:Canvas;color:CanvasText;text-decoration-color:CanvasText}}
`;
