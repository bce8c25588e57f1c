/** What Svelte Flow says to screen readers, in our words: nothing is deleted or connected here. */
import type { AriaLabelConfig } from '@xyflow/svelte';

export const WORDS: Partial<AriaLabelConfig> = {
  'node.a11yDescription.default': 'Press Enter to open it. Arrow keys move it once it is open.',
  'node.a11yDescription.keyboardDisabled': 'Press Enter to open it.',
  'node.a11yDescription.ariaLiveMessage': ({ direction }) => `Moved ${direction}.`,
  'edge.a11yDescription.default': 'Press Enter to open it.',
  'minimap.ariaLabel': 'Overview map',
};
