/**
 * Whole networks on one row, driven by a table in memory, so that a policy's step crosses the border of the module once.
 *
 * *Source:* `backends/reference/mlp.ts`. *Deviations:* none.
 */
import { activate, affineRow } from './layers'
import { affineWide } from './wide-rows'

/** Bytes of one layer of the tables: seven words, and three. */
const PACKED_LAYER: usize = 28
const PLAIN_LAYER: usize = 12

/**
 * A network with packed weights. Per layer the table holds the addresses of output, bias, input and groups of columns, the number of
 * inputs, that of outputs, and the activation.
 */
export function forwardRow(table: usize, layers: i32): void {
  for (const end = table + <usize>layers * PACKED_LAYER; table < end; table += PACKED_LAYER) {
    const y = <usize>load<u32>(table)
    const outputs = load<i32>(table, 20)
    affineWide(y, <usize>load<u32>(table, 4), <usize>load<u32>(table, 8), <usize>load<u32>(table, 12), load<i32>(table, 16), outputs)
    activate(y, load<i32>(table, 24), outputs)
  }
}

/**
 * A network with weights as they stand in its flat parameters. Per layer the table holds inputs, outputs and activation. Outputs of hidden
 * layers go to `even` and `odd` in turns, those of the last to `y`.
 */
export function forwardPlain(y: usize, parameters: usize, x: usize, even: usize, odd: usize, table: usize, layers: i32): void {
  for (let layer = 0; layer < layers; layer++) {
    const inputs = load<i32>(table)
    const outputs = load<i32>(table, 4)
    const to = layer == layers - 1 ? y : layer & 1 ? odd : even
    const bias = parameters + (<usize>(inputs * outputs) << 3)
    affineRow(to, parameters, bias, x, inputs, outputs)
    activate(to, load<i32>(table, 8), outputs)
    parameters = bias + (<usize>outputs << 3)
    x = to
    table += PLAIN_LAYER
  }
}
