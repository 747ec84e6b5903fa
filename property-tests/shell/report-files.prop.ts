import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRasteriser } from '../../src/shell/rasteriser.ts'
import { figuresFolder, writeReportFiles } from '../../src/shell/report-files.ts'

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><rect width="10" height="5" fill="#fff"/></svg>'

describe('a report on disk', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bilevel-report-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is a page, and every figure as SVG and PNG', async () => {
    const path = join(folder, 'report.html')
    const rasterise = await openRasteriser()
    expect(writeReportFiles(path, { html: 'page', figures: [{ name: 'return', svg }] }, rasterise)).toEqual({ _tag: 'Right', right: path })
    expect(readFileSync(path, 'utf8')).toBe('page')
    expect(readdirSync(join(folder, 'report', 'figures')).sort()).toEqual(['return.png', 'return.svg'])
    expect(readFileSync(join(folder, 'report', 'figures', 'return.svg'), 'utf8')).toBe(svg)
    expect([...readFileSync(join(folder, 'report', 'figures', 'return.png')).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47])
  })

  it('replaces the one before, and makes the folders on the way', () => {
    const path = join(folder, 'a', 'b', 'page.html')
    const none = (): Uint8Array => new Uint8Array(0)
    expect(writeReportFiles(path, { html: 'first', figures: [] }, none)._tag).toBe('Right')
    expect(writeReportFiles(path, { html: 'second', figures: [] }, none)._tag).toBe('Right')
    expect(readFileSync(path, 'utf8')).toBe('second')
    expect(figuresFolder(join(folder, 'page'))).toBe(join(folder, 'figures'))
  })

  it('that cannot be written is told as data', () => {
    writeFileSync(join(folder, 'report'), 'in the way')
    expect(writeReportFiles(join(folder, 'report.html'), { html: '', figures: [{ name: 'return', svg }] }, () => new Uint8Array(0))._tag).toBe('Left')
  })
})
