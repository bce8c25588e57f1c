/** Loaded by every page: type, tokens, shapes, and the small behaviours that server-rendered pages share. */
import '@fontsource-variable/geist/wght.css';
import '@fontsource-variable/geist-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/pages.css';
import './styles/gallery.css';
import './styles/guide.css';
import './styles/forms.css';
import './styles/docs.css';
import { wireCopying } from './site/copying';
import { wireGallery } from './site/gallery';
import { wireImport } from './site/import';
import { wireTheme } from './site/theme';
import { wireTimes } from './site/times';

wireTheme(document);
wireImport(document);
wireGallery(document);
wireTimes(document);
wireCopying(document);
