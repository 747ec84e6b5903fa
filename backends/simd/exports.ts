/**
 * What the compiled module exports; addresses and sizes are numbers of bytes, counts are numbers of entries.
 *
 * *Source:* `assembly/index.ts`, whose functions say what they compute. *Deviations:* none.
 */
export type SimdExports = Readonly<{
  memory: WebAssembly.Memory
  firstFree(): number
  activate(values: number, activation: number, count: number): void
  activatePullback(slopes: number, activation: number, y: number, count: number): void
  affineRow(y: number, weights: number, bias: number, x: number, inputs: number, outputs: number): void
  addColumns(sums: number, gradY: number, batch: number, width: number): void
  lstmCell(h: number, c: number, gates: number, width: number): void
  lstmCellPullback(
    slopes: number, gradC: number, gradH: number, gates: number, cBefore: number, cAfter: number, squashed: number, width: number,
  ): void
  forwardRow(table: number, layers: number): void
  forwardPlain(y: number, parameters: number, x: number, even: number, odd: number, table: number, layers: number): void
  packRows(panels: number, b: number, rowBytes: number, depth: number, columns: number): void
  packColumns(panels: number, panelBytes: number, b: number, columnBytes: number, depth: number, columns: number): void
  packWide(groups: number, b: number, columnBytes: number, first: number, count: number, depth: number, columns: number): void
  affineWide(y: number, bias: number, x: number, groups: number, depth: number, columns: number): void
  addProduct(
    c: number, cRow: number, cPanel: number, a: number, aRow: number, b: number, bPanel: number, rows: number, panels: number, depth: number,
  ): void
  addTransposedProduct(c: number, cRow: number, a: number, aRow: number, b: number, rows: number, panels: number, depth: number): void
  copyRows(to: number, toBytes: number, from: number, fromBytes: number, rows: number, columns: number): void
  repeatRow(to: number, from: number, width: number, rows: number): void
  deviates(values: number, list: number, count: number): void
  uniforms(out: number, k0: number, k1: number, c0: number, c1: number, count: number): void
  normals(out: number, list: number, k0: number, k1: number, c0: number, c1: number, count: number): void
  perturb(out: number, list: number, base: number, k0: number, k1: number, scale: number, count: number): void
  weightedNoise(out: number, list: number, noise: number, keys: number, weights: number, keyCount: number, count: number): void
  adam(
    parameters: number, first: number, second: number, gradient: number, count: number,
    learningRate: number, beta1: number, beta2: number, epsilon: number, weightDecay: number, powerRest1: number, powerRest2: number,
  ): void
  rmsprop(
    parameters: number, second: number, gradient: number, count: number,
    learningRate: number, decay: number, epsilon: number, weightDecay: number, epsilonInside: number,
  ): void
  packBlocks(blocks: number, rows: number, at: number, count: number, dimensions: number): void
  scaledDistances(out: number, a: number, b: number, scale: number, blocks: number, dimensions: number): void
  correlate(values: number, name: number, outputscale: number, count: number): void
  neighbours(
    indices: number, distances: number, queries: number, blocks: number, count: number, rows: number, dimensions: number, k: number, near: number,
  ): void
  cholesky(a: number, ld: number, n: number, panels: number): number
  solveLower(x: number, panelBytes: number, panels: number, lower: number, ld: number, n: number): void
  solveUpper(x: number, panelBytes: number, panels: number, upper: number, ld: number, n: number): void
  transpose(to: number, toBytes: number, from: number, fromBytes: number, n: number): void
}>
