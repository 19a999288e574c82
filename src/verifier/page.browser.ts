import { showPage } from './show-page.browser.ts';
import { serveOrders } from './verify-in-worker.browser.ts';

// One script is both: the page runs it with a document, and hands its own text to a worker, which has none.
if ('document' in globalThis) showPage(document);
else serveOrders(globalThis);
