# Databricks notebook source
# MAGIC %md
# MAGIC # Title with f(x)
# COMMAND ----------
# MAGIC %run ./includes/setup
# MAGIC %pip install mlflow==2.1
# COMMAND ----------
dbutils.notebook.run("./train", 60, {"a": "b"})
# MAGIC %sh
# MAGIC ls -la
if ready:
    # MAGIC %sh python x.py
    spark.table("a")
