"""Variables that hold constructs are named as they are written: it matters which."""
from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_


class Nightly(Stack):
    def __init__(self, scope, name, alarm: lambda_.Function):
        super().__init__(scope, name)
        scorer = lambda_.Function(self, "Scorer", runtime=lambda_.Runtime.PYTHON_3_12)
        self.report = lambda_.Function(self, "Report")
        rule = events.Rule(self, "Rule", targets=[targets.LambdaFunction(scorer), targets.LambdaFunction(self.report)])
        rule.add_target(targets.LambdaFunction(alarm, event=scorer.function_arn))
