// Page: templates/prints/show.html. Asks each second how far the worker is, and opens the page anew when it is there.
import { pageData } from '../core/page.js'
import { watch } from '../core/waiting.js'

if (globalThis.document) watch(pageData(), () => '')
