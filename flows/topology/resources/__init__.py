"""What a topology says about each kind of resource, as frozen facts with CloudFormation's names and AWS's defaults."""
