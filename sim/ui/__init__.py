"""The Streamlit face: session, results, lever cards, downloads. Only this floor knows Streamlit."""
