"""The engine and the faces of the S&OP (PIC) scenario simulator.

Floors, top to bottom; each imports only from below (enforced by import-linter):

    sim.cli, sim.ui        the two faces: a command line and Streamlit
    sim.report             words, numbers, charts and files for people
    sim.store              the durable store and the DuckDB workspace
    sim.ingest             files -> checked canonical tables; the demo company
    sim.forecast           history -> baseline forecast, back-test, error model
    sim.model              pure numbers: problem, levers, planner, kernel, KPIs
    sim.settings           frozen settings from the environment
    sim.errors             the tree of errors
    sim.workers            worker processes that end with their server, or when told to
"""
