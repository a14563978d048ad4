/**
 * The look of a dispatch on A4, after Decree 30/2020/NĐ-CP, annex I: margins 20-25 mm, left 30-35, right 15-20; Times New
 * Roman, or what has its metrics; sizes 11 to 14; numbers of pages in the middle of the top margin, not on the first page.
 */
export const DISPATCH_STYLE = `
@page { size: A4; margin: 20mm 18mm 20mm 30mm; @top-center { content: counter(page); font: 13pt 'Times New Roman', Tinos, 'Liberation Serif', 'TeX Gyre Termes', FreeSerif, serif; } }
@page :first { @top-center { content: none; } }
* { box-sizing: border-box; }
html { background: #fff; color: #000; }
body { margin: 0; font: 13.5pt/1.18 'Times New Roman', Tinos, 'Liberation Serif', 'TeX Gyre Termes', FreeSerif, serif; overflow-wrap: anywhere; }
p { margin: 0 0 6pt; }
.head { display: grid; grid-template-columns: 41% 59%; column-gap: 0; text-align: center; }
.head p { margin: 0; line-height: 1.2; text-wrap: balance; }
.head .left { padding-right: 4mm; }
.superior { font-size: 13pt; text-transform: uppercase; }
.issuer { font-size: 13pt; font-weight: bold; text-transform: uppercase; }
.nation { font-size: 12.5pt; font-weight: bold; white-space: nowrap; letter-spacing: -0.1pt; }
.motto { font-size: 13.5pt; font-weight: bold; }
.motto span { display: inline-block; border-bottom: 0.75pt solid #000; padding-bottom: 1.5pt; }
.rule { width: 40%; margin: 2pt auto 0; border-top: 0.75pt solid #000; height: 0; }
.number { font-size: 13pt; margin-top: 7pt !important; white-space: pre-wrap; }
.about { font-size: 12pt; margin-top: 6pt !important; }
.date { font-size: 13.5pt; font-style: italic; margin-top: 7pt !important; white-space: pre-wrap; }
.to { margin: 14pt 0 10pt; text-align: center; }
.text p { text-align: justify; text-indent: 10mm; }
.steps { margin: 0 0 6pt; padding: 0; list-style: none; counter-reset: step; }
.steps li { text-align: justify; text-indent: 10mm; margin: 0 0 6pt; counter-increment: step; }
.steps li::before { content: counter(step) ". "; }
.foot { display: grid; grid-template-columns: 50% 50%; margin-top: 10pt; break-inside: avoid; }
.copies { font-size: 11pt; line-height: 1.2; }
.copies b { font-size: 12pt; font-style: italic; }
.copies p { margin: 0; }
.sign { text-align: center; text-wrap: balance; }
.sign p { margin: 0; font-weight: bold; }
.sign .capacity { text-transform: uppercase; }
.sign .name { margin-top: 64pt; }
.annex { break-before: page; }
.annex h1 { font-size: 14pt; text-align: center; margin: 0; }
.annex .with { text-align: center; text-wrap: balance; font-style: italic; margin: 0 0 10pt; }
table { border-collapse: collapse; width: calc(100% - 1pt); margin: 0 0.5pt; font-size: 12pt; line-height: 1.2; table-layout: fixed; }
th, td { border: 0.75pt solid #000; padding: 2pt 4pt; text-align: left; vertical-align: top; }
th { text-align: center; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.no { width: 9%; text-align: center; }
.host { width: 23%; }
.when { width: 19%; text-align: center; }
.more { margin-top: 6pt; font-style: italic; }
@media screen { html { background: #ddd; } body { background: #fff; width: 210mm; margin: 8mm auto; padding: 20mm 18mm 20mm 30mm; } .annex { margin-top: 20mm; } }
`;
