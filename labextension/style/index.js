import './base.css';
import './attention.css';
import './lint.css';
