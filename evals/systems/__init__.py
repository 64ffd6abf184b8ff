"""Systems under test: this assistant, servers, chat models, LangChain runnables, baselines."""
