/** A QR code drawn here as one SVG path, so that no other server learns its content. */
import { create } from 'qrcode'

/** Scanners need this much white around the code, in modules. */
const QUIET_ZONE = 4

interface QrCodeProps {
  readonly text: string
  /** The content, for people who cannot see it. */
  readonly label: string
}

export function QrCode({ text, label }: QrCodeProps) {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules
  const rows = Array.from({ length: size }, (_, row) => data.slice(row * size, (row + 1) * size).join(''))
  const side = size + 2 * QUIET_ZONE
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${side} ${side}`}>
      <rect x={-QUIET_ZONE} y={-QUIET_ZONE} width={side} height={side} fill="#fff" />
      <path d={rows.flatMap(darkRuns).join('')} stroke="#000" shape-rendering="crispEdges" />
    </svg>
  )
}

/** A line, one module thick, through each run of dark modules in a row of ones and zeros. */
function darkRuns(modules: string, row: number): string[] {
  return [...modules.matchAll(/1+/g)].map((run) => `M${run.index} ${row + 0.5}h${run[0].length}`)
}
