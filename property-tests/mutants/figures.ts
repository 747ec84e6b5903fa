/**
 * Figures with one fault each: what a drawing that forgot a rule would write.
 *
 * *Source:* none. *Deviations:* none.
 */

export type FigureFault = Readonly<{ fault: string; law: string; spoil(svg: string): string }>

const before = (svg: string, markup: string): string => svg.replace('</g></svg>', `${markup}</g></svg>`)

/** Faults, each with the law that must name it. */
export const figureFaults: readonly FigureFault[] = [
  {
    fault: 'writes a label as it is',
    law: 'it is well-formed XML in the namespace of SVG',
    spoil: (svg) => before(svg, '<text x="1" y="9">R & D < 1</text>'),
  },
  {
    fault: 'forgets the namespace',
    law: 'it is well-formed XML in the namespace of SVG',
    spoil: (svg) => svg.replace(' xmlns="http://www.w3.org/2000/svg"', ''),
  },
  {
    fault: 'lets a label bring a script',
    law: 'it refers to nothing, and nothing can refer into it',
    spoil: (svg) => before(svg, '<script>0</script>'),
  },
  {
    fault: 'keeps the style sheet',
    law: 'it refers to nothing, and nothing can refer into it',
    spoil: (svg) => before(svg, '<style>text{fill:red}</style>'),
  },
  {
    fault: 'clips by an id',
    law: 'it refers to nothing, and nothing can refer into it',
    spoil: (svg) => before(svg, '<g id="clip-1"><rect width="1" height="1"/></g>'),
  },
  {
    fault: 'fetches a font',
    law: 'it refers to nothing, and nothing can refer into it',
    spoil: (svg) => before(svg, '<text x="1" y="9" font-family="url(font.woff)">a</text>'),
  },
  { fault: 'draws through a gap', law: 'no coordinate is anything but a number', spoil: (svg) => before(svg, '<path d="M1,1LNaN,2"/>') },
  {
    fault: 'leaves no room for names',
    law: 'everything, text included, lies inside its frame',
    spoil: (svg) => before(svg, '<text x="700" y="40">a name that is too long for it</text>'),
  },
  {
    fault: 'is transparent',
    law: 'it is white behind everything',
    spoil: (svg) => svg.replace(/<rect width="[\d.]+" height="[\d.]+" fill="#ffffff"\/>/, ''),
  },
]
