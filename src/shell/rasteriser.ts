/**
 * SVG to PNG, with a font of its own, so that a picture is the same on every machine.
 *
 * *Source:* W3C PNG (3rd edition) and SVG 1.1, as resvg draws it. *Deviations:* none.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'

/** Draws the text of an SVG file at `SCALE` pixels per unit and answers the bytes of a PNG file; throws on text that is no SVG. */
export type Rasteriser = (svg: string) => Uint8Array

const SCALE = 2

const require = createRequire(import.meta.url)

/** The renderer is compiled once for the process: a second time would be refused. */
let compiled: Promise<void> | null = null

/** Loads the renderer and its fonts from the installed packages. */
export const openRasteriser = async (): Promise<Rasteriser> => {
  compiled ??= initWasm(readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm')))
  await compiled
  const fonts = [require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')]
  const fontBuffers = fonts.map((path) => new Uint8Array(readFileSync(path)))
  return (svg) => {
    const renderer = new Resvg(svg, {
      fitTo: { mode: 'zoom', value: SCALE },
      font: { fontBuffers, defaultFontFamily: 'DejaVu Sans', loadSystemFonts: false },
    })
    const image = renderer.render()
    try {
      return image.asPng()
    } finally {
      image.free()
      renderer.free()
    }
  }
}
