/**
 * Text and numbers as XML and SVG hold them.
 *
 * *Source:* W3C XML 1.0 (5th edition), SVG 1.1 (2nd edition). *Deviations:* none.
 */

/** `text` for SVG and HTML; what XML cannot hold becomes a space. */
export const escaped = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF]/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** A coordinate to a hundredth of a pixel, without zeros that say nothing: `12.5`, `0`, never `-0`. */
export const coordinate = (value: number): string => {
  const rounded = Number(value.toFixed(2))
  return String(rounded === 0 ? 0 : rounded)
}

/** A text that begins, is centred or ends (`anchor`) at (x, y). */
export const textAt = (content: string, x: number, y: number, attributes: string): string =>
  `<text x="${coordinate(x)}" y="${coordinate(y)}" ${attributes}>${escaped(content)}</text>`
