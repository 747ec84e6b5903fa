/**
 * How figures look: colours that the colour-blind can tell apart, one font, and estimates of the width of text.
 *
 * *Source:* M. Okabe, K. Ito 2008, "Color universal design" (blue, vermilion, green, orange, sky); P. Tol 2021, "Colour schemes",
 * muted (purple, indigo, olive). *Deviations:* 1. text in a colour is darkened to a contrast of at least 4.5 on white.
 */

/** A colour for lines and areas, its darker form for text, and a dash where colours repeat. */
export type Ink = Readonly<{ line: string; text: string; dash: string }>

const COLOURS: readonly Readonly<{ line: string; text: string }>[] = [
  { line: '#0072b2', text: '#005f94' },
  { line: '#d55e00', text: '#a84a00' },
  { line: '#009e73', text: '#00704f' },
  { line: '#aa4499', text: '#8a3379' },
  { line: '#e69f00', text: '#875d00' },
  { line: '#56b4e9', text: '#1f6f9f' },
  { line: '#332288', text: '#332288' },
  { line: '#999933', text: '#66661a' },
]

const DASHES: readonly string[] = ['none', '6,3', '2,2.5', '8,3,2,3']

/** The ink of series `index`; the colours repeat with another dash. */
export const inkOf = (index: number): Ink => ({
  ...COLOURS[index % COLOURS.length],
  dash: DASHES[Math.floor(index / COLOURS.length) % DASHES.length],
})

export const INK = { text: '#1b1b1b', faint: '#5c5c5c', grid: '#e6e6e6', axis: '#8a8a8a', range: '#f1efe6' } as const

export const FONT = "system-ui, 'DejaVu Sans', sans-serif"
export const FONT_SIZE = 11

/** Widths of letters in units of the font size, wide enough for DejaVu Sans, the widest font that a figure is drawn with. */
const widthOf = (letter: string): number => {
  if ("iljI.,:;'|!()[]/ \u00A0".includes(letter)) return 0.37
  if ('trf'.includes(letter)) return 0.42
  if ('mwMW%@'.includes(letter)) return 0.96
  return letter > '\u2FFF' ? 1.05 : letter >= 'A' && letter <= 'Z' ? 0.72 : 0.63
}

/** An upper estimate of the width of `text` in pixels. */
export const textWidth = (text: string, size: number = FONT_SIZE): number => Array.from(text).reduce((sum, letter) => sum + widthOf(letter), 0) * size

/** `text`, cut to `width` pixels with an ellipsis where it is wider. */
export const fitted = (text: string, width: number, size: number = FONT_SIZE): string => {
  if (textWidth(text, size) <= width) return text
  const letters = Array.from(text)
  let length = letters.length - 1
  while (length > 1 && textWidth(`${letters.slice(0, length).join('')}…`, size) > width) length--
  return `${letters.slice(0, length).join('')}…`
}
