/**
 * Laws of a figure: it is one SVG file that stands alone, shows numbers only, and keeps everything inside its own frame.
 *
 * *Source:* W3C SVG 1.1 (2nd edition), XML 1.0 (5th edition). *Deviations:* none.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-wasm'
import { parseHTML } from 'linkedom'

/** A law: its name, and what it finds wrong with the text of an SVG file; null where nothing is. */
export type FigureLaw = Readonly<{ name: string; complaint(svg: string): string | null }>

const { resolve } = createRequire(import.meta.url)
const fontBuffers = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => new Uint8Array(readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}`))))
const options = { font: { fontBuffers, defaultFontFamily: 'DejaVu Sans', loadSystemFonts: false } }

/** The renderer reads XML strictly; it must have been loaded (`openRasteriser`) before. */
const read = (svg: string): InstanceType<typeof Resvg> | string => {
  try {
    return new Resvg(svg, options)
  } catch (error) {
    return String(error)
  }
}

type Element = Readonly<{ localName: string; attributes: Iterable<Readonly<{ name: string; value: string }>> }>

const elementsOf = (svg: string): readonly Element[] => [
  ...(parseHTML(`<html><body>${svg}</body></html>`).document.querySelectorAll('svg, svg *') as unknown as Iterable<Element>),
]

const FORBIDDEN_ELEMENTS: ReadonlySet<string> = new Set(['script', 'style', 'image', 'use', 'foreignobject', 'a', 'iframe'])
const FORBIDDEN_ATTRIBUTE = /^(id|href|xlink:href|style|class|on.*|src)$/
const SPACE_OF_HALF_A_PIXEL = 0.5 // strokes have width, and the box of a glyph is rounded outwards

const wellFormed: FigureLaw = {
  name: 'it is well-formed XML in the namespace of SVG',
  complaint: (svg) => {
    if (!svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg" ')) return `it begins with ${svg.slice(0, 40)}`
    const reader = read(svg)
    return typeof reader === 'string' ? reader : null
  },
}

const alone: FigureLaw = {
  name: 'it refers to nothing, and nothing can refer into it',
  complaint: (svg) => {
    for (const { localName, attributes } of elementsOf(svg)) {
      if (FORBIDDEN_ELEMENTS.has(localName.toLowerCase())) return `it has a <${localName}>`
      for (const { name, value } of attributes) {
        if (FORBIDDEN_ATTRIBUTE.test(name.toLowerCase())) return `<${localName}> has ${name}="${value}"`
        if (value.includes('url(')) return `<${localName}> has ${name}="${value}"`
      }
    }
    return null
  },
}

const numbers: FigureLaw = {
  name: 'no coordinate is anything but a number',
  complaint: (svg) => {
    for (const { localName, attributes } of elementsOf(svg)) {
      for (const { name, value } of attributes) {
        if (name !== 'aria-label' && /NaN|Infinity|undefined|null/.test(value)) return `<${localName}> has ${name}="${value}"`
      }
    }
    return null
  },
}

const inside: FigureLaw = {
  name: 'everything, text included, lies inside its frame',
  complaint: (svg) => {
    const reader = read(svg)
    if (typeof reader === 'string') return reader
    const [box, { width, height }] = [reader.getBBox(), reader]
    if (box === undefined) return 'it is empty'
    const outside = Math.max(-box.x, -box.y, box.x + box.width - width, box.y + box.height - height)
    return outside > SPACE_OF_HALF_A_PIXEL ? `something sticks out by ${outside.toFixed(1)} pixels` : null
  },
}

const background: FigureLaw = {
  name: 'it is white behind everything',
  complaint: (svg) => (/^<svg [^>]*><rect width="[\d.]+" height="[\d.]+" fill="#ffffff"\/>/.test(svg) ? null : 'no white rectangle comes first'),
}

export const figureLaws: readonly FigureLaw[] = [wellFormed, alone, numbers, inside, background]

/** Every complaint about a figure, each with its law. */
export const figureComplaints = (svg: string): readonly string[] =>
  figureLaws.flatMap(({ name, complaint }) => {
    const found = complaint(svg)
    return found === null ? [] : [`${name}: ${found}`]
  })
