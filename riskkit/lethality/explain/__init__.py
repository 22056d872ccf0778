"""What makes attacks deadlier: regressions of tolls and of tails, in one grammar."""
