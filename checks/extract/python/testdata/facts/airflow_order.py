"""Task order: >> and its kin."""
from airflow import DAG
from airflow.operators.bash import BashOperator

with DAG("train", schedule="@daily", catchup=False) as dag:
    t1 = BashOperator(task_id="a", bash_command="python train.py")
    t2 = BashOperator(task_id="b", bash_command="echo")
    t1 >> t2 >> [t3, t4] >> t5
    t5 << t6
    start() >> end()
    (t1
     >> t2
     >> t3)
    t1.set_downstream([t2, t3])
    t3.set_upstream(t2)
    mask = 1 >> 2
    group["a"] >> obj.attr
