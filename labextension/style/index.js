import './base.css';
import './attention.css';
