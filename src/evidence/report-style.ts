import type { ReportDocument } from './report-document.ts';
import { plainInstant } from './shown-instant.ts';

/**
 * The page's own style. Colours keep a contrast of at least 7:1 on their ground (WCAG 2.2 AAA) and never speak alone: each
 * effect is a word. On a narrow screen, or at 400 % (WCAG 2.2 §1.4.10), text keeps to the width, charts are drawn anew, the cells of long tables stand
 * below each other, and only what is left of tables is moved sideways, each by itself. What is out of sight of a long page is laid out when it comes into it.
 * On paper every sheet says whether it is INTERIM, and of when.
 */
export function reportStyle({ kind, asOf, reportId }: Pick<ReportDocument, 'kind' | 'asOf' | 'reportId'>): string {
  return `
  :root { color-scheme: light; }
  body { font: 15px/1.5 system-ui, "Liberation Sans", sans-serif; margin: 0 auto; max-width: 78rem; padding: 1.5rem; color: #1a1a1a; background: #fff; overflow-wrap: break-word; }
  a { color: #0b3d91; } a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid #0b3d91; outline-offset: 2px; } main:focus { outline: none; }
  .notice { background: #26323d; color: #fff; padding: .6rem .9rem; margin: 0; } .notice.INTERIM { background: #5c3a00; }
  .notice.INTERIM + .conclusion { border-color: #5c3a00; } .notice strong { font-size: 1.15rem; letter-spacing: .06em; }
  .conclusion { border: 2px solid #26323d; border-top: 0; padding: .6rem .9rem; margin: 0 0 1rem; }
  .conclusion p { margin: .2rem 0; } .conclusion p:first-child { font-size: 1.15rem; font-weight: 700; }
  h1 { font-size: 1.6rem; margin: 1.2rem 0 .2rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .4rem; border-bottom: 1px solid #767676; }
  h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; } h4 { font-size: .95rem; margin: 1rem 0 .3rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .6rem 0; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
  table { border-collapse: collapse; width: 100%; font-size: 13px; }
  th, td { text-align: left; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid #d0d0d0; overflow-wrap: break-word; }
  thead th { border-bottom: 2px solid #555; background: #f2f2f2; } tbody th { font-weight: inherit; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
  table.units { table-layout: fixed; } .units td, .units tbody th { overflow-wrap: anywhere; } .units .result { width: 13%; } .units .who { width: 16%; } .units .due { width: 19%; } table.counts { width: auto; min-width: 34rem; } .counts tbody th { font-weight: 600; }
  .timeline td:first-child { white-space: nowrap; } .timeline td:nth-child(3) { width: 12rem; } .timeline td:last-child { width: 6rem; }
  ul { margin: .3rem 0; padding-left: 1.2rem; } .facts { margin: .3rem 0 0; padding-left: 1rem; } td p { margin: 0 0 .2rem; }
  code { font-size: 12px; overflow-wrap: anywhere; } time { white-space: nowrap; } small { font-size: 12px; color: #444; }
  .effect { display: inline-block; border: 2px solid; border-radius: 3px; padding: 0 .35rem; font-weight: 700; }
  .FAIL { color: #8c0000; background: #fff3f3; } .INSUF, .PEND, .WARN { color: #5c3a00; background: #fff8e6; } .PASS, .OK { color: #0f4022; background: #f1f8f3; } .NA, .INFO { color: #333; background: #f5f5f5; }
  figure { margin: 0; } .chart { display: block; width: 100%; height: auto; margin: .6rem 0; font: 12px system-ui, "Liberation Sans", sans-serif; }
  .narrow .chart { font-size: 13px; } .chart text { fill: #1a1a1a; stroke: #fff; stroke-width: 3px; paint-order: stroke; } .chart .middle { text-anchor: middle; } .chart .end { text-anchor: end; } .chart .strong { font-weight: 700; }
  .chart rect, .chart polygon { stroke: #333; stroke-width: 1; } .t-grid { stroke: #d0d0d0; } .t-ink { stroke: #1a1a1a; stroke-width: 1.5; } .chart .t-deadline { fill: #1a1a1a; stroke: #fff; stroke-width: 2px; paint-order: stroke; }
  .t-FAIL { fill: #8c0000; } .t-INSUF { fill: #d79a2b; } .t-PEND, .t-WARN { fill: #fff; } .chart .t-INSUF, .chart .t-PEND, .chart .t-WARN { stroke-dasharray: 3 2; } .t-PASS, .t-OK { fill: #b5d8c1; } .t-NA, .t-INFO { fill: #eee; }
  .t-gap { fill: #6e6e6e; } .t-looking { fill: #e6f0ea; } .t-band { fill: #9db8cf; } .t-authority-scope { fill: #f2f2f2; } .t-authority-scim { fill: #c9d9ea; }
  .contents ul { columns: 16rem; list-style: none; padding: 0; } .contents ul.groups { font-size: 13px; } .contents li { break-inside: avoid-column; }
  .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .leaver { border-top: 1px solid #d0d0d0; } details summary { cursor: pointer; font-size: 13px; } .narrow { display: none; }
  @media screen { .group { content-visibility: auto; contain-intrinsic-size: auto 9000px; } :target { outline: 2px solid #0b3d91; outline-offset: 2px; } main:target { outline: none; } }
  @media screen and (max-width: 56rem) { .wide { display: none; } .narrow { display: block; max-width: 30rem; } }
  @media screen and (max-width: 45rem) {
    body { padding: .8rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin: 0 0 .4rem; } time { white-space: normal; }
    table.counts { min-width: 0; }
    :is(.units, .timeline, .rows), :is(.units, .timeline, .rows) :is(tbody, tr, td, tbody th) { display: block; } :is(.units, .timeline, .rows) tr { border-bottom: 1px solid #767676; padding: .3rem 0; }
    :is(.units, .timeline, .rows) :is(td, tbody th) { border: 0; padding: .1rem 0; } :is(.units, .timeline, .rows) thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .rows tbody th { font-weight: 600; overflow-wrap: anywhere; } .rows td[data-label]::before { content: attr(data-label) ": "; font-weight: 600; }
    .timeline td:nth-child(n) { width: auto; white-space: normal; } .timeline td:nth-child(3)::before { content: "Source: "; } .timeline td:last-child::before { content: "Ledger: "; }
  }
  @page { size: landscape; margin: 16mm 12mm;
    @top-left { content: "${kind} – as of ${plainInstant(asOf)}"; font: 700 9pt sans-serif; }
    @top-right { content: "report ${reportId}"; font: 8pt sans-serif; }
    @bottom-right { content: "page " counter(page) " of " counter(pages); font: 8pt sans-serif; } }
  @media print {
    .screen, .contents { display: none; } body { max-width: none; padding: 0; font-size: 10pt; } h2 { margin-top: 1.2rem; } table { font-size: 8.5pt; } small, code { font-size: 8pt; }
    .leavers, .leaver { break-before: page; } .leavers + .leaver { break-before: auto; } .chart { break-inside: avoid; print-color-adjust: exact; }
    tr, li, .conclusion, dl, table.counts { break-inside: avoid; } h2, h3, h4 { break-after: avoid; } thead { display: table-header-group; }
    footer { break-before: avoid; } .notice, .effect, thead th { print-color-adjust: exact; }
  }
`;
}
